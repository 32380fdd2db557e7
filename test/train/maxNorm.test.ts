import assert from 'node:assert/strict';
import { key } from '../../src/random';
import { fit, maxNorm } from '../../src/train';
import { parametrize } from '../../src/weights';
import { captureStderr, tinyModel, tinySplit, valuesOf } from '../models/tiny';

/** The norm of the weights into each of the 8 hidden units. */
const norms = (kernel: Float32Array): number[] => Array.from({ length: 8 }, (_, unit) => Math.hypot(...kernel.filter((_, i) => i % 8 === unit)));

describe('maxNorm', () => {
  captureStderr();

  const train = async (limit?: number) => {
    const model = tinyModel(key(1));
    if (limit) parametrize(model.layers[0], 'kernel', maxNorm(limit));
    await fit(model, tinySplit(key(2), 60), { key: key(3), epochs: 5, batch: 10, learningRate: 0.1 });
    return valuesOf(model.layers[0]).slice();
  };

  it('keeps the weights into each unit at the limit or below, and in their direction', async () => {
    const free = norms(await train());
    const limit = (Math.min(...free) + Math.max(...free)) / 2;
    const held = norms(await train(limit));
    assert.ok(held.every((norm) => norm <= limit * (1 + 1e-6)), held.join());
    assert.ok(held.some((norm) => norm > limit * (1 - 1e-6)) && held.some((norm) => norm < limit * (1 - 1e-6)), held.join());
  });

  it('changes nothing where no norm reaches it', async () => assert.deepEqual(await train(1000), await train()));

  it('refuses a limit that is not above 0', () => {
    for (const limit of [0, -1, NaN]) assert.throws(() => maxNorm(limit), /maxNorm: the limit must be above 0, got/);
  });
});
