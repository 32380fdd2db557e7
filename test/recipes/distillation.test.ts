import assert from 'node:assert/strict';
import { digits, predict, type Dataset } from '../../src';
import { distillationSettings, fewImages, ofFewImages, sevensAndEights, sweepTemperatures, trainStudent, trainStudents, trainTeacher, withoutThrees } from '../../src/recipes';
import type { Trained } from '../../src/recipes';
import { runFolder } from '../train/runFolder';

const settings = distillationSettings.smoke;
const logitsOf = async ({ model }: Trained, images: Dataset) => Array.from(await predict(model, images.test));

describe('distillation', () => {
  runFolder();
  let images: Dataset;
  let teacher: Trained;
  before(async () => {
    images = await digits({ scale: 'smoke' });
    teacher = await trainTeacher(images, { number: 1, seed: 1 }, settings);
  });

  it('trains teachers that differ by their number and not from run to run', async () => {
    const [again, other] = [await trainTeacher(images, { number: 1, seed: 1 }, settings), await trainTeacher(images, { number: 2, seed: 1 }, settings)];
    assert.deepEqual(await logitsOf(again, images), await logitsOf(teacher, images));
    assert.notDeepEqual(await logitsOf(other, images), await logitsOf(teacher, images));
  });

  it('counts the errors of the last epoch, or with held-out images those of the net that was kept', async () => {
    const student = await trainStudent(images, { name: 'labels', seed: 1 }, settings);
    assert.equal(student.errors, student.curve.at(-1));
    assert.equal(student.curve.length, settings.epochs.student);
    const { labels, soft } = await ofFewImages(images, 1, teacher.model, settings);
    assert.equal(labels.curve.length, settings.epochs.part);
    assert.equal(soft.errors, soft.curve.at(-1));
  });

  it('holds out images that are in none of the 3%', () => {
    const { part, heldOut } = fewImages(images, 1);
    assert.equal(part.count, 18);
    const texts = (split: typeof part) => Array.from({ length: split.count }, (_, i) => split.images.subarray(784 * i, 784 * (i + 1)).join());
    const held = new Set(texts(heldOut));
    assert.ok(texts(part).every((image) => !held.has(image)));
  });

  it('does not train again what is known of the sweep', async () => {
    const known: Trained[] = [{ ...teacher, errors: 123 }];
    const points = await sweepTemperatures(images, [1], teacher.model, known, { ...settings, sweep: [{ units: settings.units.student, temperatures: [4, 20] }] });
    assert.deepEqual(points.map(({ temperature }) => temperature), [4, 20]);
    assert.equal(points[1].errors[0], 123);
  });

  it('teaches classes that the transfer set lacks', async () => {
    const [no3] = await withoutThrees(images, [1], teacher.model, { ...settings, epochs: { ...settings.epochs, student: 20 } });
    const [labels] = await trainStudents(images, [1], { name: 'labels', epochs: 20 }, settings);
    const [only] = await sevensAndEights(images, [1], teacher.model, settings);
    assert.ok(no3.errors < 0.9 * images.test.count && only.curve.length === 2 * settings.epochs.student);
    assert.ok(labels.errors < 0.5 * images.test.count);
  });
});
