import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { ShiftNormalization } from '../../src/layers';
import { initialize } from '../../src/models';
import { key, normal } from '../../src/random';
import { fit, recalibrate } from '../../src/train';
import { captureStderr, tinySplit } from '../models/tiny';

const ap2 = (x: number) => (x === 0 ? 0 : Math.sign(x) * 2 ** Math.round(Math.log2(Math.abs(x))));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const shiftVariance = (x: readonly number[]) => mean(x.map((value) => (value - mean(x)) * ap2(value - mean(x))));

/** One channel by Courbariaux et al. 2016, algorithm 2, in double precision. */
function byHand(x: readonly number[], gamma: number, beta: number): number[] {
  const mu = mean(x);
  return x.map((value) => (value - mu) * ap2(1 / Math.sqrt(shiftVariance(x) + 1e-4)) * ap2(gamma) + beta);
}

describe('ShiftNormalization', () => {
  captureStderr();

  it('normalises a batch by powers of two, as the algorithm says', () => {
    const x = normal(key(1), 40, { standardDeviation: 3 });
    const layer = new ShiftNormalization({ inputShape: [2] });
    layer.build([null, 2]);
    layer.setWeights([[1.4, -0.3], [0.5, 0], [0, 0], [1, 1]].map((values) => tf.tensor1d(values)));
    const y = layer.apply(tf.tensor2d(x, [20, 2]), { training: true }) as tf.Tensor;
    const channel = (at: number) => [...x].filter((_, i) => i % 2 === at);
    const expected = [byHand(channel(0), 1.4, 0.5), byHand(channel(1), -0.3, 0)];
    const [variance] = layer.normalizeBatch(tf.tensor2d(x, [20, 2])).variance.dataSync();
    assert.ok(Math.abs(variance - shiftVariance(channel(0))) < 1e-4 && Math.abs(variance - mean(channel(0).map((value) => (value - mean(channel(0))) ** 2))) > 0.1);
    y.dataSync<'float32'>().forEach((value, i) => assert.ok(Math.abs(value - expected[i % 2][i >> 1]) < 1e-4, `${value}, expected ${expected[i % 2][i >> 1]}`));
  });

  it('is trained by the statistics that it computes: after one step they are those of the batch', async () => {
    const split = tinySplit(key(2), 30);
    const norm = new ShiftNormalization({ name: 'norm' });
    const model = initialize(tf.sequential({ layers: [tf.layers.dense({ name: 'fc1', inputShape: [12], units: 3, useBias: false }), norm] }), key(3));
    const sums = (model.layers[0].apply(tf.tensor2d(Float32Array.from(split.images, (pixel) => pixel / 255), [30, 12])) as tf.Tensor2D).arraySync();
    await fit(model, split, { key: key(4), epochs: 1, batch: 30, learningRate: 0 });
    const [, , means, variances] = norm.getWeights().map((weight) => [...weight.dataSync()]);
    [0, 1, 2].forEach((unit) => {
      const own = sums.map((row) => row[unit]);
      assert.ok(Math.abs(means[unit] - mean(own)) < 1e-4);
      assert.ok(Math.abs(variances[unit] - shiftVariance(own)) < 1e-4, `${variances[unit]}, expected ${shiftVariance(own)}`);
    });
  });

  it('learns its moving statistics in training, and lets a net be trained through it', async () => {
    const split = tinySplit(key(2), 90);
    const dense = (name: string, units: number) => tf.layers.dense({ name, units, useBias: false });
    const norm = new ShiftNormalization({ name: 'norm' });
    const model = initialize(tf.sequential({ layers: [tf.layers.dense({ name: 'fc1', inputShape: [12], units: 8, useBias: false }), norm, tf.layers.reLU(), dense('fc2', 3)] }), key(3));
    const history = await fit(model, split, { key: key(4), epochs: 20, batch: 30, learningRate: 0.1 });
    assert.ok(history.at(-1)!.loss < 0.5 * history[0].loss, `${history[0].loss} to ${history.at(-1)!.loss}`);
    const [gamma, beta, movingMean, movingVariance] = norm.getWeights().map((weight) => [...weight.dataSync()]);
    for (const [values, first] of [[gamma, 1], [beta, 0], [movingMean, 0], [movingVariance, 1]] as const) assert.ok(values.every((value) => value !== first));
    await recalibrate(model, split);
    const x = tf.tensor2d(Float32Array.from(split.images, (pixel) => pixel / 255), [90, 12]);
    const sums = [...(model.layers[0].apply(x) as tf.Tensor2D).arraySync()];
    norm.getWeights()[2].dataSync<'float32'>().forEach((value, channel) => assert.ok(Math.abs(value - mean(sums.map((row) => row[channel]))) < 0.05));
  });
});
