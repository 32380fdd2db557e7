/** The gradients of resizing, which tfjs gets wrong for half pixels, for several images, and where they are not square, against differences. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../src/engine';
import { normals } from './cases/draws';

describe('the gradient of resizing', () => {
  for (const name of ['resizeBilinear', 'resizeNearestNeighbor'] as const) {
    for (const [corners, half] of [[false, false], [true, false], [false, true]]) {
      it(`is the slope of ${name}${corners ? ' with aligned corners' : ''}${half ? ' with half pixels' : ''}`, async () => {
        const x = normals([2, 3, 5, 2]) as tf.Tensor4D;
        const resize = (x: tf.Tensor): tf.Tensor => tf.image[name](x as tf.Tensor4D, [4, 7], corners, half);
        const dy = normals([2, 4, 7, 2]);
        const gradient = await compile((x, dy) => tf.grad(resize)(x, dy), [x, dy]);
        const actual = (await gradient(x, dy)).dataSync();
        // Resizing is linear, so a difference of any length is the slope.
        for (let i = 0; i < x.size; i++) {
          const unit = tf.tensor(Float32Array.from(actual, (_, j) => +(i === j)), x.shape);
          const slope = tf.sum(tf.mul(resize(unit), dy)).arraySync() as number;
          assert.ok(Math.abs(actual[i] - slope) < 1e-5, `pixel ${i}: ${actual[i]}, expected ${slope}`);
        }
      });
    }
  }
});
