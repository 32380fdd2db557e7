import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { prune, share, type ShareOptions } from '../../src/compress';
import { compile } from '../../src/engine';
import { bernoulli, foldIn, key, normal } from '../../src/random';
import { adam, fit, sgd } from '../../src/train';
import { parametrize } from '../../src/weights';
import { project, trainable } from '../../src/weights/model';
import { captureStderr, tinyModel, tinySplit, valuesOf } from '../models/tiny';

/** A layer without bias whose kernel is `weights`, `[4, weights / 4]`. */
function layerOf(weights: readonly number[] | Float32Array): { model: tf.Sequential; layer: tf.layers.Layer } {
  const layer = tf.layers.dense({ inputShape: [4], units: weights.length / 4, useBias: false, name: 'fc' });
  const model = tf.sequential({ layers: [layer] });
  layer.setWeights([tf.tensor(Float32Array.from(weights), [4, weights.length / 4])]);
  return { model, layer };
}

const distinct = (values: Float32Array): Set<number> => new Set(values.filter((value) => value !== 0));

describe('share', () => {
  captureStderr();
  const split = tinySplit(key(1), 60);

  it('gives the figures of Han et al. 2016, Fig. 3: clusters, grouped gradients, fine-tuned centroids', async () => {
    // The two zeros of the figure belong to the cluster of 0.00; here exact zeros are pruned weights, so they are nearly zero.
    const weights = [2.09, -0.98, 1.48, 0.09, 0.05, -0.14, -1.08, 2.12, -0.91, 1.92, 1e-9, -1.03, 1.87, 1e-9, 1.53, 1.49];
    const indices = [3, 0, 2, 1, 1, 1, 0, 3, 0, 3, 1, 0, 3, 1, 2, 2];
    const gradients = [-0.03, -0.01, 0.03, 0.02, -0.01, 0.01, -0.02, 0.12, -0.01, 0.02, 0.04, 0.01, -0.07, -0.02, 0.01, -0.02];
    const { model, layer } = layerOf(weights);
    const { trained: [stored] } = parametrize(layer, 'kernel', share({ bits: 2 }));
    const near = (actual: ArrayLike<number>, expected: readonly number[]) =>
      assert.deepEqual(Array.from(actual, (value) => Math.round(100 * value) / 100 || 0), expected);
    near(stored.dataSync(), [-1, 0, 1.5, 2]);
    near(valuesOf(layer), indices.map((index) => [-1, 0, 1.5, 2][index]));

    // The loss sum(G W) has the gradients G; one step of plain descent at a rate of 1.
    const parameters = trainable(model);
    const updater = sgd().create(parameters);
    const given = tf.tensor2d(gradients, [4, 4]);
    const step = await compile<Record<string, tf.Tensor>>((x) => {
      const { grads } = tf.variableGrads(() => tf.sum(tf.mul(model.apply(x) as tf.Tensor, given)), parameters);
      updater.update(parameters.map(({ name }) => grads[name]), parameters.map(() => tf.scalar(1)));
      project(model);
      return { reduced: grads[stored.name] };
    }, [{ shape: [4, 4] }]);
    near((await step(tf.eye(4))).reduced.dataSync(), [-0.03, 0.04, 0.02, 0.04]);
    near(stored.dataSync(), [-0.97, -0.04, 1.48, 1.96]);
    near(valuesOf(layer), indices.map((index) => [-0.97, -0.04, 1.48, 1.96][index]));
  });

  it('gives every weight the centroid nearest to it, at most 2^bits of them, and leaves zeros zero', () => {
    const starts: ShareOptions['start'][] = ['linear', 'density', 'random'];
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 6 }), fc.constantFrom(...starts), fc.constantFrom(1, 0.7, 0.05), (seed, bits, start, density) => {
        const kept = bernoulli(foldIn(key(seed), 'mask'), 64, density);
        const weights = normal(key(seed), 64).map((value, i) => value * kept[i]);
        const { model, layer } = layerOf(weights);
        const { trained: [stored] } = parametrize(layer, 'kernel', share({ bits, start, key: key(seed) }));
        const [table, shared] = [stored.dataSync(), valuesOf(layer)];
        shared.forEach((value, i) => {
          if (weights[i] === 0) return assert.ok(Object.is(value, 0));
          const nearest = [...table].reduce((best, centroid) => (Math.abs(centroid - weights[i]) < Math.abs(best - weights[i]) ? centroid : best));
          assert.equal(value, nearest);
        });
        assert.ok(distinct(shared).size <= 2 ** bits - +weights.includes(0));
        model.dispose();
      }),
      { numRuns: 50 },
    );
  });

  it('uses one code for the zero of a pruned layer: 2^bits - 1 values', () => {
    const weights = normal(key(2), 400);
    const full = layerOf(weights).layer;
    assert.equal(parametrize(full, 'kernel', share({ bits: 3 })).trained[0].size, 8);
    const pruned = layerOf(weights).layer;
    parametrize(pruned, 'kernel', prune({ density: 0.5 }));
    assert.equal(parametrize(pruned, 'kernel', share({ bits: 3 })).trained[0].size, 7);
  });

  it('trains centroids, and no weight changes its cluster or comes back from zero', async () => {
    for (const optimizer of [sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.01 }), adam()]) {
      const model = tinyModel(key(3));
      const [layer] = model.layers;
      parametrize(layer, 'kernel', prune({ density: 0.5 }));
      const { trained: [stored] } = parametrize(layer, 'kernel', share({ bits: 3 }));
      const [table, weights] = [[...stored.dataSync()], [...valuesOf(layer)]];
      await fit(model, split, { key: key(4), epochs: 5, batch: 20, optimizer, learningRate: 0.02 });
      const trained = [...stored.dataSync()];
      assert.ok(weights.every((value) => value === 0 || value !== trained[table.indexOf(value)]));
      assert.deepEqual([...valuesOf(layer)], weights.map((value) => (value === 0 ? 0 : trained[table.indexOf(value)])));
    }
  });

  it('leaves a layer pruned whole at zero, also through training', async () => {
    const model = tinyModel(key(5));
    const [layer] = model.layers;
    layer.setWeights([tf.zeros([12, 8]), tf.zeros([8])]);
    const { trained: [stored] } = parametrize(layer, 'kernel', share({ bits: 4 }));
    assert.equal(stored.size, 0);
    await fit(model, split, { key: key(6), epochs: 2, batch: 20, optimizer: sgd({ momentum: 0.9, weightDecay: 0.01 }) });
    assert.deepEqual(new Set(valuesOf(layer)), new Set([0]));
  });

  it('gives fewer weights than codes a value each', () => {
    const { layer } = layerOf([3, 0, 0, -1, 0, 0, 0, 2]);
    assert.deepEqual([...parametrize(layer, 'kernel', share({ bits: 5 })).trained[0].dataSync()], [-1, 2, 3]);
    assert.deepEqual([...valuesOf(layer)], [3, 0, 0, -1, 0, 0, 0, 2]);
  });

  it('refuses bits out of range, and a random start without a key', () => {
    for (const bits of [0, 17, 2.5, NaN]) assert.throws(() => share({ bits }), /share: bits must be a whole number from 1 to 16, got/);
    assert.throws(() => parametrize(layerOf(normal(key(7), 40)).layer, 'kernel', share({ bits: 2, start: 'random' })), /a random start must have a key/);
    assert.throws(() => parametrize(layerOf([NaN, 1, 2, 3]).layer, 'kernel', share({ bits: 1 })), /must be finite/);
  });
});
