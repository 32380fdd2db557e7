import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../src/engine';
import { integers, key, normal } from '../../src/random';
import { crossEntropy, squaredHinge } from '../../src/train';

const LOGITS = normal(key(1), 70, { standardDeviation: 4 });
const LABELS = integers(key(2), 14, 5);

/** Three times the loss and its gradient in the logits, so that what comes from above is not 1. */
async function tripled(labels: Int32Array, logits: Float32Array): Promise<{ value: Float32Array; gradient: Float32Array }> {
  const classes = logits.length / labels.length;
  const program = await compile((y, z) => {
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => tf.mul(3, crossEntropy(y, x)))(z);
    return { value, gradient: grad };
  }, [{ shape: [labels.length], dtype: 'int32' }, { shape: [labels.length, classes] }]);
  const { value, gradient } = await program(labels, logits);
  return { value: value.dataSync<'float32'>(), gradient: gradient.dataSync<'float32'>() };
}

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(actual.length, expected.length);
  Array.from(expected).forEach((value, i) => assert.ok(Math.abs(actual[i] - value) <= 1e-5 * Math.max(1, Math.abs(value)), `${i}: ${actual[i]}, expected ${value}`));
}

describe('crossEntropy', () => {
  it("is tfjs' softmaxCrossEntropy with autograd's gradient, compiled and op by op", async () => {
    const [labels, logits] = [tf.tensor1d(LABELS, 'int32'), tf.tensor2d(LOGITS, [14, 5])];
    const theirs = tf.valueAndGrad((z: tf.Tensor) => tf.mul(3, tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 5), z)))(logits);
    const ours = tf.valueAndGrad((z: tf.Tensor) => tf.mul(3, crossEntropy(labels, z)))(logits);
    const compiled = await tripled(LABELS, LOGITS);
    for (const [value, gradient] of [[ours.value.dataSync(), ours.grad.dataSync()], [compiled.value, compiled.gradient]]) {
      assertNear(value, theirs.value.dataSync());
      assertNear(gradient, theirs.grad.dataSync());
    }
  });

  it('is log 10 for ten equal logits: 2.302585', () => {
    assert.equal(crossEntropy(tf.tensor1d([3, 7], 'int32'), tf.fill([2, 10], 5)).dataSync()[0].toFixed(6), '2.302585');
  });

  it('stays finite at logits of a thousand', async () => {
    const { value, gradient } = await tripled(Int32Array.of(0, 1, 1), Float32Array.of(1000, -1000, 1000, -1000, 1000, 1000));
    assertNear(value, [2000 + Math.log(2)]); // 3 times the mean of 0, 2000 and log 2
    assertNear(gradient, [0, 0, 1, -1, 0.5, -0.5]);
  });
});

describe('squaredHinge', () => {
  it('is the mean of max(0, 1 − t z)² over batch and classes, with its gradient', () => {
    const outputs = [[2, -0.5, 0], [-3, 1, 0.25]];
    const labels = [0, 2];
    const t = labels.map((label) => [0, 1, 2].map((c) => (c === label ? 1 : -1)));
    const gaps = outputs.flatMap((row, i) => row.map((z, c) => Math.max(0, 1 - t[i][c] * z)));
    const loss = (z: tf.Tensor) => squaredHinge(tf.tensor1d(labels, 'int32'), z);
    assert.equal(loss(tf.tensor2d(outputs)).dataSync()[0], gaps.reduce((sum, gap) => sum + gap ** 2, 0) / 6);
    assertNear(tf.grad(loss)(tf.tensor2d(outputs)).dataSync(), gaps.map((gap, i) => (-2 * gap * t.flat()[i]) / 6));
  });

  it('is 1 where all outputs are 0', () => assert.equal(squaredHinge(tf.tensor1d([3, 7], 'int32'), tf.zeros([2, 10])).dataSync()[0], 1));
});
