/** The gradient of a padded average, which tfjs gets wrong at the border, against differences. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../src/engine';
import { normals } from './cases/draws';

describe('the gradient of average pooling', () => {
  for (const [filter, strides, pad] of [[3, 2, 'same'], [3, 1, 'same'], [2, 2, 'same'], [3, 2, 1]] as const) {
    it(`is the slope of the mean over the pixels that a window of ${filter} by ${strides}, padding ${pad}, covers`, async () => {
      const x = normals([1, 5, 4, 2]) as tf.Tensor4D;
      const pooled = tf.avgPool(x, filter, strides, pad);
      const dy = normals(pooled.shape);
      const gradient = await compile((x, dy) => tf.grad((x) => tf.avgPool(x as tf.Tensor4D, filter, strides, pad))(x, dy), [x, dy]);
      const actual = (await gradient(x, dy)).dataSync();
      // Pooling is linear, so a difference of any length is the slope.
      for (let i = 0; i < x.size; i++) {
        const unit = tf.tensor4d(Float32Array.from(actual, (_, j) => +(i === j)), x.shape);
        const slope = tf.sum(tf.mul(tf.avgPool(unit, filter, strides, pad), dy)).arraySync() as number;
        assert.ok(Math.abs(actual[i] - slope) < 1e-5, `pixel ${i}: ${actual[i]}, expected ${slope}`);
      }
    });
  }
});
