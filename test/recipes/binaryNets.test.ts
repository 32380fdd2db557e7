import assert from 'node:assert/strict';
import { digits, evaluate, foldNorms, kernels, pack, unpack, type Dataset } from '../../src';
import { type BinaryKindName, binaryKinds, binaryNet, binarySettings, signedImages, signFlips, trainBinary } from '../../src/recipes';
import { captureStderr } from '../models/tiny';
import { runFolder } from '../train/runFolder';

const settings = binarySettings.comparison.smoke;

describe('binary nets', () => {
  captureStderr();
  runFolder();
  let images: Dataset;
  before(async () => void (images = signedImages(await digits({ scale: 'smoke' }))));

  it('are trained of every kind, the same from the same seed, each with the weights of its name', async () => {
    const values: Partial<Record<BinaryKindName, number>> = { signs: 2, 'drawn signs': 2, 'signs by shifts': 2, BinaryConnect: 2, TWN: 3, TTQ: 3 };
    for (const name of Object.keys(binaryKinds) as BinaryKindName[]) {
      const { model, error, history } = await trainBinary(images, 1, name, settings);
      assert.ok(error < 0.85 && history.length === settings.epochs, `${name}: ${error}`);
      const distinct = new Set(kernels(model)[1].weight.read().dataSync<'float32'>()).size;
      assert.ok(values[name] ? distinct === values[name] : distinct > 3, `${name}: ${distinct} values`);
      model.dispose();
    }
  });

  it('begin evenly in ±1 where their weights are signs, BinaryConnect too, else as Glorot says', () => {
    const largest = (name: BinaryKindName) => {
      const model = binaryNet(images, 1, { ...binaryKinds[name], weights: undefined }, settings);
      return Math.max(...kernels(model)[1].weight.read().dataSync<'float32'>().map(Math.abs));
    };
    for (const name of ['signs', 'BinaryConnect'] as const) assert.ok(largest(name) > 0.98 && largest(name) <= 1, name);
    assert.ok(largest('floats') <= Math.sqrt(6 / (2 * settings.size)));
  });

  it('answer the same from a file of thresholds', async () => {
    const { model, error } = await trainBinary(images, 1, 'signs', settings);
    const { bytes } = pack(foldNorms(model));
    assert.equal((await evaluate(await unpack(bytes), images.test)).error, error);
    assert.ok(bytes.length < kernels(model).reduce((sum, { weight }) => sum + weight.shape.reduce<number>((size, length) => size * length!, 1), 0) / 8 + 1800, String(bytes.length));
  });
});

describe('signFlips', () => {
  captureStderr();

  it('watches weights that the clip holds in [−1, 1], and that leave it without', async () => {
    const images = signedImages(await digits({ scale: 'smoke' }));
    const [held, free] = [await signFlips(images, 1, { ...settings, epochs: 3 }, { clip: true, count: 4 }), await signFlips(images, 1, { ...settings, epochs: 3 }, { clip: false, count: settings.size ** 2 })];
    for (const { errors, flipped, atEnds } of [held, free]) assert.ok([errors, flipped, atEnds].every((values) => values.length === 3 && values.every((part) => part >= 0 && part <= 1)));
    const all = free.watched.length; // as many as the layer has
    for (const epoch of [1, 2]) assert.ok(Math.abs(free.flipped[epoch] - free.watched.filter((weights) => weights[epoch] * weights[epoch - 1] < 0).length / all) < 1e-9);
    assert.ok(held.flipped[0] > 0);
    assert.ok(held.watched.flat().every((weight) => Math.abs(weight) <= 1));
    assert.ok(free.watched.flat().some((weight) => Math.abs(weight) > 1));
  });
});
