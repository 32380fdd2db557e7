import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile, customGradients } from '../../src/engine';
import { trace } from '../../src/engine/trace';

describe('customGradients', () => {
  const [A, B, DY] = [[1, -2, 3], [0.5, 4, -1], [10, 20, 30]];
  const gradientsOf = (fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => async () => {
    const all = (a: tf.Tensor, b: tf.Tensor) => [fn(a, b), ...tf.grads(fn)([a, b], tf.tensor1d(DY))];
    const program = await compile<Record<string, tf.Tensor>>((a, b) => Object.fromEntries(all(a, b).map((tensor, i) => [`r${i}`, tensor])), [{ shape: [3] }, { shape: [3] }]);
    const [opByOp, compiled] = [all(tf.tensor1d(A), tf.tensor1d(B)), Object.values(await program(Float32Array.from(A), Float32Array.from(B)))].map((results) => results.map((result) => [...result.dataSync()]));
    await program.dispose();
    assert.deepEqual(compiled, opByOp);
    return opByOp;
  };

  it('gives each input the gradient that backward says, of what forward saved', async () => {
    const product = gradientsOf((a, b) => customGradients([a, b], ([a, b], save) => (save(b), tf.mul(a, b)), (dy, b) => [tf.mul(dy, b), tf.mul(dy, 7)]));
    assert.deepEqual(await product(), [[0.5, -8, -3], [5, 80, -30], [70, 140, 210]]);
  });

  it('counts an input once that forward returns as it came', async () => {
    for (const at of [0, 1]) {
      const same = gradientsOf((a, b) => customGradients([a, b], (inputs) => inputs[at], (dy) => [tf.mul(dy, 2), tf.mul(dy, 3)]));
      assert.deepEqual(await same(), [[A, B][at], [20, 40, 60], [30, 60, 90]]);
    }
  });
});

describe('the gradient of tile', () => {
  it('is the sum over the repetitions of each value', () => {
    const [shape, reps] = [[2, 3, 2], [3, 1, 2]];
    const whole = shape.map((length, axis) => length * reps[axis]);
    const dy = Float32Array.from({ length: 72 }, (_, i) => (i * 37) % 11);
    const expected = new Float32Array(12);
    dy.forEach((value, i) => {
      const [a, b, c] = [Math.floor(i / (whole[1] * whole[2])), Math.floor(i / whole[2]) % whole[1], i % whole[2]];
      expected[((a % 2) * 3 + (b % 3)) * 2 + (c % 2)] += value;
    });
    const gradient = tf.grad((x) => tf.tile(x, reps))(tf.ones(shape), tf.tensor(dy, whole));
    assert.deepEqual([gradient.shape, gradient.dataSync()], [shape, expected]);
  });

  it('takes a normalisation of feature maps no thousands of operators', () => {
    const layer = tf.layers.layerNormalization({ inputShape: [12, 10, 3] });
    layer.build([null, 12, 10, 3]);
    const { graph } = trace((x) => tf.grad((z) => tf.sum(tf.square(layer.apply(z) as tf.Tensor)))(x), [{ shape: [2, 12, 10, 3] }]);
    assert.ok(graph.nodes.length < 300, `${graph.nodes.length} operators`);
  });
});
