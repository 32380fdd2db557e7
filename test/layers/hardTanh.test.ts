import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../src/engine';
import { HardTanh } from '../../src/layers';

const below = 1 - 2 ** -24;
const above = 1 + 2 ** -23;
const X = [-Infinity, -3, -above, -1, -below, -0.25, 0, 0.25, below, 1, above, 3, Infinity];
const SHARES = X.map((_, i) => i + 1);

describe('HardTanh', () => {
  const layer = new HardTanh({});
  const both = (x: tf.Tensor) => {
    const { value, grad } = { value: layer.apply(x) as tf.Tensor, grad: tf.grad((at) => tf.sum(tf.mul(layer.apply(at) as tf.Tensor, SHARES)))(x) };
    return { value, grad };
  };

  it('cuts at −1 and 1, and hands on the gradient there and between, none beyond: op by op and in a program', async () => {
    const program = await compile<Record<string, tf.Tensor>>(both, [{ shape: [X.length] }]);
    for (const { value, grad } of [both(tf.tensor1d(X)), await program(tf.tensor1d(X))]) {
      assert.deepEqual([...value.dataSync()], X.map((x) => Math.max(-1, Math.min(1, x))));
      assert.deepEqual([...grad.dataSync()], X.map((x, i) => (Math.abs(x) <= 1 ? SHARES[i] : 0)));
    }
    await program.dispose();
  });

  it('keeps the shape of what it is given', () => {
    const output = new HardTanh({ name: 'cut' }).apply(tf.input({ shape: [4, 5, 6] })) as tf.SymbolicTensor;
    assert.deepEqual(output.shape, [null, 4, 5, 6]);
  });
});
