/** What batch normalisation knows of the data after few steps, and when it is asked anew. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prune } from '../../src/compress';
import { initialize } from '../../src/models';
import { key } from '../../src/random';
import { evaluate, fit, recalibrate, sgd } from '../../src/train';
import { parametrizeAll } from '../../src/weights';
import { head, net, pictures, through } from '../models/small';
import { allWeights, captureStderr } from '../models/tiny';

const SPLIT = pictures(key(1), 120);
const { batchNormalization, conv2d, dense, flatten, reLU } = tf.layers;

const normalized = (momentum?: number) =>
  net((x) => head(through(x, conv2d({ name: 'conv', filters: 6, kernelSize: 3, useBias: false }), batchNormalization({ name: 'norm', momentum }), reLU(), conv2d({ name: 'conv2', filters: 6, kernelSize: 3 }), batchNormalization({ name: 'norm2', momentum }), reLU())));
const train = (model: tf.LayersModel, epochs = 3) => fit(model, SPLIT, { key: key(2), epochs, batch: 20, learningRate: 0.05, validation: SPLIT });

describe('the statistics of batch normalisation', () => {
  captureStderr();

  it("are right after few steps, whatever the momentum: tfjs' 0.99 knows as much after 18 steps as 0.9", async () => {
    for (const momentum of [undefined, 0.9]) {
      const model = normalized(momentum);
      const history = await train(model);
      assert.ok((await evaluate(model, SPLIT)).error < 0.05, `momentum ${momentum}: ${(await evaluate(model, SPLIT)).error}`);
      assert.ok(history[2].validation!.error < 0.05);
      assert.deepEqual(history[2].validation, await evaluate(model, SPLIT));
    }
  });

  it('are the mean of what the steps saw: after one step those of its batch', async () => {
    const model = initialize(tf.sequential({ layers: [flatten({ inputShape: [8, 8, 2] }), batchNormalization({ name: 'norm' }), dense({ units: 3 })] }), key(3));
    await fit(model, SPLIT, { key: key(2), epochs: 1, batch: 120, learningRate: 0.01 });
    const [, , mean, variance] = model.getLayer('norm').getWeights().map((weight) => weight.dataSync());
    for (let pixel = 0; pixel < 128; pixel += 17) {
      const values = Array.from({ length: 120 }, (_, i) => SPLIT.images[128 * i + pixel] / 255);
      const own = values.reduce((sum, value) => sum + value / 120, 0);
      assert.ok(Math.abs(mean[pixel] - own) < 1e-5);
      assert.ok(Math.abs(variance[pixel] - values.reduce((sum, value) => sum + (value - own) ** 2 / 120, 0)) < 1e-4);
    }
  });

  it('of a long training, and of one that goes on from another, are the moving averages as they stand', async () => {
    const [short, long] = [normalized(0.5), normalized(0.5)];
    await train(short, 4); // 24 steps: 0.5^24 of the first ones is left
    await fit(long, SPLIT, { key: key(2), epochs: 4, batch: 20, learningRate: 0.05 });
    assert.deepEqual(allWeights(short), allWeights(long));
    const before = long.getLayer('norm').getWeights()[2].dataSync();
    await fit(long, SPLIT, { key: key(3), epochs: 1, batch: 120, learningRate: 0 });
    const [x] = [tf.tensor4d(Float32Array.from(SPLIT.images, (pixel) => pixel / 255), [120, 8, 8, 2])];
    const batch = tf.moments(long.getLayer('conv').apply(x) as tf.Tensor, [0, 1, 2]).mean.dataSync();
    long.getLayer('norm').getWeights()[2].dataSync().forEach((value, i) => assert.ok(Math.abs(value - (before[i] + batch[i]) / 2) < 1e-5));
  });

  it('are estimated anew by recalibrate, as they are over all images, and nothing else changes', async () => {
    const model = normalized(0.9);
    await train(model);
    parametrizeAll(model, { 'conv*': prune({ density: 0.3 }) });
    const others = () => model.weights.filter(({ originalName }) => !/moving/.test(originalName)).map((weight) => [...weight.read().dataSync()]);
    const before = others();
    await recalibrate(model, SPLIT, { batch: 40 });
    assert.deepEqual(others(), before);
    const x = tf.tensor4d(Float32Array.from(SPLIT.images, (pixel) => pixel / 255), [120, 8, 8, 2]);
    const { mean, variance } = tf.moments(model.getLayer('conv').apply(x) as tf.Tensor, [0, 1, 2]);
    const [, , ownMean, ownVariance] = model.getLayer('norm').getWeights();
    for (const [actual, expected] of [[ownMean, mean], [ownVariance, variance]]) {
      const values = expected.dataSync();
      actual.dataSync().forEach((value, i) => assert.ok(Math.abs(value - values[i]) < 1e-4 * Math.max(1, Math.abs(values[i]))));
    }
  });

  it('help a net that was pruned without retraining', async () => {
    const model = normalized(0.9);
    await train(model, 8);
    parametrizeAll(model, { conv2: prune({ density: 0.1 }) });
    const stale = await evaluate(model, SPLIT);
    await recalibrate(model, SPLIT);
    const fresh = await evaluate(model, SPLIT);
    assert.ok(fresh.loss < stale.loss, `${stale.loss}, then ${fresh.loss}`);
    const plain = initialize(tf.sequential({ layers: [flatten({ inputShape: [8, 8, 2] }), dense({ units: 3 })] }), key(3));
    await assert.rejects(recalibrate(plain, SPLIT), /recalibrate: \S+ must have batch normalisation, got none/);
    await fit(plain, SPLIT, { key: key(1), epochs: 1, optimizer: sgd(), batch: 20 });
  });
});
