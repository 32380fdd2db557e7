import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { prune } from '../../src/compress';
import { foldIn, key } from '../../src/random';
import { adam, fit, sgd } from '../../src/train';
import { parametrize } from '../../src/weights';
import { captureStderr, tinyModel, tinySplit, valuesOf } from '../models/tiny';

/** The mask of a method for the given weights. */
function maskOf(options: Parameters<typeof prune>[0], weights: readonly number[]): number[] {
  return tf.tidy(() => {
    const { mask } = prune(options)(tf.tensor1d([...weights], 'float32'), 'fc/kernel');
    const values = [...mask.dataSync()];
    mask.dispose();
    return values;
  });
}

const ones = (mask: ArrayLike<number>): number => Array.from(mask).filter((value) => value === 1).length;

describe('prune by density', () => {
  captureStderr();

  it('keeps exactly its share of the weights, and no smaller one than it cuts, ties included', () => {
    const few = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(few, fc.double({ min: 0.01, max: 1, noNaN: true }), (weights, density) => {
        const mask = maskOf({ density }, weights);
        const sizes = (kept: number) => weights.filter((_, i) => mask[i] === kept).map(Math.abs);
        assert.equal(ones(mask), Math.round(density * weights.length));
        assert.ok(Math.min(...sizes(1)) >= Math.max(...sizes(0)));
      }),
    );
  });

  it('keeps the first of equal magnitudes, and all at 1', () => {
    assert.deepEqual(maskOf({ density: 0.5 }, [1, -1, 2, 1, -2, -1]), [1, 0, 1, 0, 1, 0]);
    assert.deepEqual(maskOf({ density: 1 }, [0, -1, 0, 2]), [1, 1, 1, 1]);
  });

  it('refuses a density outside (0, 1], and weights that are not finite', () => {
    for (const density of [0, -0.1, 1.01, NaN]) assert.throws(() => maskOf({ density }, [1]), /prune: the density must be in \(0, 1\], got/);
    for (const weight of [NaN, Infinity]) assert.throws(() => maskOf({ density: 0.5 }, [1, weight]), /prune: the weights of fc\/kernel must be finite/);
  });
});

describe('prune by quality', () => {
  const captured = captureStderr();

  it('cuts below quality x standard deviation of the weights that are not zero (Han et al. 2015, section 3)', () => {
    // Without the zeros: mean 0, variance (1 + 1 + 4 + 4 + 9 + 9) / 6, deviation 2.16; with them it would be 1.87.
    const weights = [1, -1, 0, 2, -2, 0, 3, -3];
    assert.deepEqual(maskOf({ quality: 0.4 }, weights), [1, 1, 0, 1, 1, 0, 1, 1]);
    assert.deepEqual(maskOf({ quality: 0.5 }, weights), [0, 0, 0, 1, 1, 0, 1, 1]);
    assert.deepEqual(maskOf({ quality: 1 }, weights), [0, 0, 0, 0, 0, 0, 1, 1]);
    // The deviation is about the mean, 2: it is 1. What lies on the threshold is kept.
    assert.deepEqual(maskOf({ quality: 1 }, [1, 3]), [1, 1]);
    assert.deepEqual(maskOf({ quality: 2 }, [1, 3]), [0, 1]);
  });

  it('warns when nothing is left, and refuses a negative quality', () => {
    const warn = console.warn;
    const warnings: string[] = [];
    console.warn = (text: string) => void warnings.push(text);
    try {
      assert.deepEqual(maskOf({ quality: 9 }, [1, -1]), [0, 0]);
      assert.deepEqual(maskOf({ quality: 1 }, [0, 0]), [0, 0]);
    } finally {
      console.warn = warn;
    }
    assert.deepEqual(warnings, Array(2).fill('prune: no weight of fc/kernel is left'));
    assert.equal(captured.text, '');
    for (const quality of [-1, NaN]) assert.throws(() => maskOf({ quality }, [1]), /prune: the quality must be at least 0, got/);
  });
});

describe('pruned weights', () => {
  captureStderr();
  const split = tinySplit(key(1), 60);

  const optimizers = {
    'plain descent': sgd(),
    momentum: sgd({ momentum: 0.9 }),
    'Nesterov momentum with weight decay': sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
    'weight decay': sgd({ weightDecay: 0.1 }),
    Adam: adam(),
  };
  for (const [name, optimizer] of Object.entries(optimizers)) {
    it(`stay zero through ${name}, what is stored too, while the others move`, async () => {
      const model = tinyModel(key(2));
      const [fc1] = model.layers;
      await fit(model, split, { key: key(3), epochs: 1, batch: 20, optimizer }); // momenta of weights that are cut later
      const { trained: [stored], transform } = parametrize(fc1, 'kernel', prune({ density: 0.3 }));
      const [mask, before] = [transform.mask.dataSync(), valuesOf(fc1)];
      await fit(model, split, { key: key(4), epochs: 3, batch: 20, optimizer, learningRate: 0.05 });
      const [after, kept] = [valuesOf(fc1), stored.dataSync()];
      assert.equal(ones(mask), Math.round(0.3 * 96));
      assert.ok(mask.every((one, i) => one === 1 || (after[i] === 0 && kept[i] === 0)));
      assert.ok(mask.every((one, i) => one === 0 || after[i] !== 0));
      assert.ok(mask.some((one, i) => one === 1 && after[i] !== before[i]));
      assert.deepEqual(transform.mask.dataSync(), mask);
    });
  }

  it('only grow in number when they are pruned again and again', async () => {
    const model = tinyModel(key(5));
    const [fc1] = model.layers;
    let zeros: number[] = [];
    for (const density of [0.6, 0.4, 0.2]) {
      parametrize(fc1, 'kernel', prune({ density }));
      await fit(model, split, { key: foldIn(key(6), zeros.length), epochs: 2, batch: 20, optimizer: adam() });
      const now = [...valuesOf(fc1).keys()].filter((i) => valuesOf(fc1)[i] === 0);
      assert.equal(now.length, 96 - Math.round(density * 96));
      assert.ok(zeros.every((i) => now.includes(i)));
      zeros = now;
    }
    parametrize(fc1, 'kernel', prune({ density: 0.5 })); // more than is left: nothing comes back
    assert.equal(valuesOf(fc1).filter((value) => value === 0).length, zeros.length);
  });

  it('come free again when the mask is removed', async () => {
    const model = tinyModel(key(7));
    const handle = parametrize(model.layers[0], 'kernel', prune({ density: 0.1 }));
    await fit(model, split, { key: key(8), epochs: 1, batch: 20 });
    handle.remove();
    await fit(model, split, { key: key(8), epochs: 1, batch: 20, optimizer: sgd({ weightDecay: 0.01 }) });
    assert.ok(ones(valuesOf(model.layers[0]).map((value) => +(value !== 0))) > 48);
  });
});
