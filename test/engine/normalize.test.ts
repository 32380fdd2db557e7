/** The statistics of batch normalisation, which ONNX Runtime writes where the old ones were. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../src/engine';
import { normals } from './cases/draws';
import { assertClose } from './close';
import { normalizeBatch } from '../../src/engine/normalize';

describe('normalizeBatch', () => {
  const [x, gamma, beta] = [[4, 3, 2, 3], [3], [3]].map((shape) => normals(shape));

  /** What two layers in turn compute of their statistics. */
  const layers = (statistics: (x: tf.Tensor) => { y: tf.Tensor; mean: tf.Tensor; variance: tf.Tensor }) => (x: tf.Tensor): Record<string, tf.Tensor> => {
    const first = statistics(x);
    const second = statistics(tf.square(first.y));
    const named = [first, second].flatMap(({ mean, variance }, i): [string, tf.Tensor][] => [[`mean${i}`, tf.mul(mean, 2)], [`variance${i}`, tf.mul(variance, 2)]]);
    return Object.fromEntries(named);
  };

  it('keeps the mean and the variance of every layer apart, and those of the next run from an infinite one', async () => {
    const program = await compile(layers((x) => normalizeBatch(x, gamma, beta, 1e-3)), [x]);
    const expected = layers((x) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return { y: tf.batchNorm(x as tf.Tensor4D, mean as tf.Tensor1D, variance as tf.Tensor1D, beta as tf.Tensor1D, gamma as tf.Tensor1D, 1e-3), mean, variance };
    })(x);
    for (const input of [x, tf.fill(x.shape, Infinity), x]) {
      const actual = await program(input);
      assert.equal(Object.keys(actual).length, 4);
      if (input === x) for (const [name, value] of Object.entries(actual)) assertClose(value, expected[name], name);
    }
    await program.dispose();
  });
});
