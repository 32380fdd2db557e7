import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../src/engine';
import { network, X } from './network';

/** The digest of a step of a net, or of a function of one argument. */
async function digestOf(fn: (...x: tf.Tensor[]) => tf.Tensor, shape = [2, 3], options?: { steps: number }): Promise<string> {
  const program = await compile(fn, [{ shape }], options);
  const { digest } = program;
  await program.dispose();
  return digest;
}

describe("a program's digest", () => {
  it('is the same for the same computation, whatever else there is and whatever its variables are called', async () => {
    const of = async () => {
      const { step } = network(3);
      const program = await compile(step, [X, { shape: [6], dtype: 'int32' }], { steps: 2 });
      await program.dispose();
      return program.digest;
    };
    const first = await of();
    for (let i = 0; i < 12; i++) tf.variable(tf.zeros([i + 1]));
    await digestOf((x) => tf.tanh(x));
    assert.equal(await of(), first);
    assert.match(first, /^[0-9a-f]{64}$/);
  });

  it('is another one for any other operator, attribute, constant, shape, type, order or number of steps', async () => {
    const w = tf.variable(tf.ones([3]));
    const programs: [(...x: tf.Tensor[]) => tf.Tensor, number[]?, { steps: number }?][] = [
      [(x) => tf.add(x, 1)],
      [(x) => tf.add(x, 2)],
      [(x) => tf.mul(x, 1)],
      [(x) => tf.sub(x, tf.tensor1d([1, 2, 3]))],
      [(x) => tf.sub(tf.tensor1d([1, 2, 3]), x)],
      [(x) => tf.sub(x, tf.tensor1d([1, 2, 4]))],
      [(x) => tf.add(x, 1), [3, 2]],
      [(x) => tf.add(x, 1), [2, 3], { steps: 2 }],
      [(x) => tf.cast(tf.add(x, 1), 'int32')],
      [(x) => tf.leakyRelu(x, 0.1)],
      [(x) => tf.leakyRelu(x, 0.2)],
      [(x) => tf.add(x, w)],
      [(x) => (w.assign(tf.mul(w, 2)), tf.add(x, w))],
      [(x) => (w.assign(tf.mul(w, 2)), x)],
    ];
    const digests = await Promise.all(programs.map(([fn, shape, options]) => digestOf(fn, shape, options)));
    assert.equal(new Set(digests).size, programs.length);
  });
});
