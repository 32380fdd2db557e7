import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { lowRank } from '../../src/compress';
import { foldIn, key, normal } from '../../src/random';

const product = ({ left, right, inputs, units }: ReturnType<typeof lowRank>) => tf.matMul(tf.tensor2d(left, [inputs, left.length / inputs]), tf.tensor2d(right, [right.length / units, units]));
const distance = (a: tf.Tensor, b: tf.Tensor) => tf.norm(tf.sub(a, b)).dataSync()[0];

describe('lowRank', () => {
  for (const shape of [[12, 7], [5, 9], [2, 3, 2, 6]]) {
    const kernel = tf.tensor(normal(key(1), tf.util.sizeFromShape(shape)), shape);
    const matrix = tf.reshape<tf.Rank.R2>(kernel, [-1, shape.at(-1)!]);
    const most = Math.min(...matrix.shape);

    it(`gives a kernel [${shape.join(', ')}] back at full rank, and comes closer with each rank`, () => {
      const distances = Array.from({ length: most }, (_, i) => distance(product(lowRank(kernel, i + 1)), matrix));
      assert.ok(distances[most - 1] < 1e-5);
      assert.ok(distances.every((value, i) => i === 0 || value < distances[i - 1]));
    });

    it(`is as close to [${shape.join(', ')}] as power iteration comes`, () => {
      const rank = 2;
      const best = distance(product(lowRank(kernel, rank)), matrix);
      for (let trial = 0; trial < 3; trial++) {
        // It ends at the same subspace, by another way.
        let q = tf.tensor2d(normal(foldIn(key(2), trial), matrix.shape[1] * rank), [matrix.shape[1], rank]);
        for (let i = 0; i < 100; i++) q = tf.linalg.qr(tf.matMul(matrix, tf.matMul(matrix, q), true))[0] as tf.Tensor2D;
        const other = distance(tf.matMul(tf.matMul(matrix, q), q, false, true), matrix);
        assert.ok(best < other + 1e-4 && Math.abs(best - other) < 1e-2, `${best}, ${other}`);
      }
    });
  }

  it('does not take a reshaped kernel for the one before', () => {
    const kernel = tf.tensor(normal(key(3), 24), [6, 4]);
    lowRank(kernel, 1);
    const other = tf.reshape(kernel, [3, 8]);
    assert.ok(distance(product(lowRank(other, 3)), other) < 1e-5);
  });

  it('refuses a rank that there is not', () => {
    assert.throws(() => lowRank(tf.zeros([4, 3]), 4), /lowRank: the rank must be a whole number from 1 to 3, the smaller side of \[4, 3\], got 4/);
  });
});
