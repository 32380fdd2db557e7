import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { distill, distillationLoss, prune, softTargets } from '../../src/compress';
import { key, normal } from '../../src/random';
import { crossEntropy, fit, predict } from '../../src/train';
import { parametrize } from '../../src/weights';
import { allWeights, captureStderr, tinyModel, tinySplit, valuesOf } from '../models/tiny';

const CLASSES = 10;
const BATCH = 4;

const softmax = (row: number[]): number[] => {
  const exponentials = row.map((value) => Math.exp(value - Math.max(...row)));
  return exponentials.map((value) => value / exponentials.reduce((sum, other) => sum + other, 0));
};

/** Rows of logits whose mean is zero. */
function logits(seed: number): number[][] {
  const values = normal(key(seed), BATCH * CLASSES, { standardDeviation: 3 });
  return Array.from({ length: BATCH }, (_, i) => {
    const row = [...values.subarray(i * CLASSES, (i + 1) * CLASSES)];
    const mean = row.reduce((sum, value) => sum + value, 0) / CLASSES;
    return row.map((value) => value - mean);
  });
}

/** The loss's value and its gradient by the student's logits z, given the teacher's v. */
function lossAt(z: number[][], v: number[][], temperature: number, hardWeight: number, labels = [0, 1, 2, 3]) {
  const targets = tf.tensor2d(v.map((row) => softmax(row.map((value) => value / temperature))));
  const loss = distillationLoss(temperature, hardWeight);
  const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => loss(tf.tensor1d(labels, 'int32'), x, targets))(tf.tensor2d(z));
  return { value: value.dataSync()[0], gradient: grad.arraySync() as number[][] };
}

describe('the loss of distillation', () => {
  it('has the gradient (z - v) / N at a high temperature (Hinton et al. 2015, equation 4)', () => {
    const [z, v] = [logits(1), logits(2)];
    const far = (temperature: number) => {
      const { gradient } = lossAt(z, v, temperature, 0);
      return Math.max(...z.flatMap((row, i) => row.map((value, j) => Math.abs(BATCH * gradient[i][j] - (value - v[i][j]) / CLASSES))));
    };
    assert.ok(far(200) < 0.02, `${far(200)}`);
    assert.ok(far(20) > far(200) && far(2) > far(20));
  });

  it('has the gradient T (q - p) of its soft term, and q - onehot of its hard one, by their weights', () => {
    const [z, v] = [logits(3), logits(4)];
    const [temperature, hardWeight] = [4, 0.25];
    const { gradient } = lossAt(z, v, temperature, hardWeight);
    z.forEach((row, i) => {
      const [q, p, hard] = [softmax(row.map((value) => value / temperature)), softmax(v[i].map((value) => value / temperature)), softmax(row)];
      row.forEach((_, j) => {
        const expected = (1 - hardWeight) * temperature * (q[j] - p[j]) + hardWeight * (hard[j] - +(i === j));
        assert.ok(Math.abs(BATCH * gradient[i][j] - expected) < 1e-5, `${i}, ${j}: ${BATCH * gradient[i][j]}, expected ${expected}`);
      });
    });
  });

  it('is the cross-entropy with the labels when they have all the weight', () => {
    const z = logits(5);
    const expected = crossEntropy(tf.tensor1d([0, 1, 2, 3], 'int32'), tf.tensor2d(z)).dataSync()[0];
    assert.ok(Math.abs(lossAt(z, logits(6), 7, 1).value - expected) < 1e-5);
  });
});

const TRANSFER = tinySplit(key(1), 60);

describe('softTargets', () => {
  it("are the softmax of a teacher's logits over T, and of several their mean", async () => {
    const teachers = [tinyModel(key(1)), tinyModel(key(2))];
    const expected = await Promise.all(
      teachers.map(async (teacher) => {
        const all = await predict(teacher, TRANSFER);
        return Array.from({ length: 60 }, (_, i) => softmax([...all.subarray(3 * i, 3 * i + 3)].map((value) => value / 5))).flat();
      }),
    );
    const near = (actual: Float32Array, wanted: (i: number) => number) => actual.forEach((value, i) => assert.ok(Math.abs(value - wanted(i)) < 1e-6));
    near(await softTargets(teachers[0], TRANSFER, 5), (i) => expected[0][i]);
    near(await softTargets(teachers, TRANSFER, 5), (i) => (expected[0][i] + expected[1][i]) / 2);
  });

  it('follow a teacher that is trained on, though its logits are computed once', async () => {
    const teacher = tinyModel(key(3));
    const apply = teacher.apply.bind(teacher);
    let uses = 0;
    teacher.apply = (...inputs) => (uses++, apply(...inputs));
    const first = await softTargets(teacher, TRANSFER, 2);
    assert.equal(uses, 1, 'the teacher is traced once, for all batches');
    assert.deepEqual(await softTargets(teacher, TRANSFER, 2), first);
    await softTargets(teacher, TRANSFER, 7);
    assert.equal(uses, 1, 'and its logits are known from then on');
    await fit(teacher, TRANSFER, { key: key(4), epochs: 1, batch: 10, learningRate: 0.1 });
    assert.notDeepEqual(await softTargets(teacher, TRANSFER, 2), first);
  });

  it('follow the standardization of the same images', async () => {
    const teacher = tinyModel(key(3));
    const standardized = { ...TRANSFER, standardization: { mean: [0.5], standardDeviation: [0.2] } };
    const plain = await softTargets(teacher, TRANSFER, 2);
    assert.deepEqual(await softTargets(teacher, standardized, 2), await softTargets(tinyModel(key(3)), standardized, 2));
    assert.notDeepEqual(await softTargets(teacher, standardized, 2), plain);
  });

  it('refuse what is no temperature, and no teacher', async () => {
    for (const temperature of [0, 0.5, NaN, Infinity]) await assert.rejects(softTargets(tinyModel(key(3)), TRANSFER, temperature), /distill: the temperature must be a number from 1, got/);
    await assert.rejects(softTargets([], TRANSFER, 2), /distill: there must be a teacher, got none/);
  });
});

describe('distill', () => {
  captureStderr();

  const teacherOf = async () => {
    const teacher = tinyModel(key(5));
    await fit(teacher, TRANSFER, { key: key(6), epochs: 20, batch: 10, learningRate: 0.1 });
    return teacher;
  };

  it('teaches a student, which never sees a label, to answer as its teacher does', async () => {
    const teacher = await teacherOf();
    const answers = await softTargets(teacher, TRANSFER, 1);
    const student = tinyModel(key(7));
    const wrong = { ...TRANSFER, labels: TRANSFER.labels.map((label) => (label + 1) % 3) };
    const distance = async () => (await softTargets(student, TRANSFER, 1)).reduce((sum, value, i) => sum + Math.abs(value - answers[i]), 0) / 60;
    const before = await distance();
    await distill(student, wrong, { teacher, temperature: 3, key: key(8), epochs: 60, batch: 10, learningRate: 0.05 });
    const after = await distance();
    assert.ok(after < before / 5, `${before}, then ${after}`);
  });

  it('gives the same bytes for the same key, and takes the labels at their weight', async () => {
    const teacher = await teacherOf();
    const run = async (hardWeight: number) => {
      const student = tinyModel(key(7));
      await distill(student, TRANSFER, { teacher, temperature: 3, hardWeight, key: key(8), epochs: 2, batch: 10 });
      return allWeights(student);
    };
    assert.deepEqual(await run(0), await run(0));
    assert.notDeepEqual(await run(0), await run(0.5));
  });

  it('takes each image its own targets, in several steps a run; masks of dropout stand behind them', async () => {
    const teacher = await teacherOf();
    // Were masks and targets exchanged, the program would refuse their types.
    const withDropout = async () => {
      const student = tinyModel(key(9), { dropout: 0.5 });
      const history = await distill(student, TRANSFER, { teacher, temperature: 3, key: key(8), epochs: 1, batch: 10, learningRate: 0 });
      return history[0].loss;
    };
    const plain = async () => {
      const student = tinyModel(key(9));
      const [targets, outputs] = [await softTargets(teacher, TRANSFER, 3), await predict(student, TRANSFER)];
      const losses = Array.from({ length: 60 }, (_, i) => {
        const q = softmax([...outputs.subarray(3 * i, 3 * i + 3)].map((value) => value / 3));
        return q.reduce((sum, value, j) => sum - 9 * targets[3 * i + j] * Math.log(value), 0);
      });
      const history = await distill(student, TRANSFER, { teacher, temperature: 3, key: key(8), epochs: 1, batch: 10, learningRate: 0 });
      return [losses.reduce((sum, loss) => sum + loss, 0) / 60, history[0].loss];
    };
    const [expected, measured] = await plain();
    assert.ok(Math.abs(expected - measured) < 1e-4, `${measured}, expected ${expected}`);
    assert.ok(Number.isFinite(await withDropout()));
    await assert.rejects(fit(tinyModel(key(9)), TRANSFER, { key: key(8), epochs: 1, batch: 10, loss: distillationLoss(2, 0) }), /distillationLoss: the loss must have targets, got none/);
  });

  it('trains a pruned student through its mask', async () => {
    const teacher = await teacherOf();
    const student = tinyModel(key(7));
    const { transform } = parametrize(student.layers[0], 'kernel', prune({ density: 0.25 }));
    const before = valuesOf(student.layers[0]).slice();
    await distill(student, TRANSFER, { teacher, temperature: 3, key: key(8), epochs: 3, batch: 10 });
    const mask = transform.mask.dataSync();
    const after = valuesOf(student.layers[0]);
    after.forEach((value, i) => assert.equal(value !== 0, mask[i] === 1));
    assert.ok(after.some((value, i) => value !== before[i]));
  });

  it('refuses a teacher of other classes, and a weight that is none', async () => {
    const other = tf.sequential({ layers: [tf.layers.dense({ inputShape: [12], units: 4 })] });
    const options = { temperature: 2, key: key(1), epochs: 1, batch: 10 };
    await assert.rejects(distill(tinyModel(key(7)), TRANSFER, { ...options, teacher: other }), /teacher and student must have as many classes, got 4 and 3/);
    await assert.rejects(distill(tinyModel(key(7)), TRANSFER, { ...options, teacher: [tinyModel(key(1)), other] }), /teachers must have as many classes, got 3 and 4/);
    await assert.rejects(distill(tinyModel(key(7)), TRANSFER, { ...options, teacher: tinyModel(key(1)), hardWeight: 2 }), /weight of the labels must be from 0 to 1, got 2/);
  });
});
