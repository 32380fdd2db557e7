import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../src/engine';
import { powerOfTwo, scaledSign, ternary, trainedTernary } from '../../src/quantizers';
import { key, normal } from '../../src/random';

const X = normal(key(1), 60, { standardDeviation: 0.8 });
const DY = normal(key(2), 60);
const SHAPE = [3, 5, 4];

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  assert.equal(actual.length, expected.length);
  Array.from(expected).forEach((value, i) => assert.ok(Math.abs(actual[i] - value) <= tolerance * Math.max(1, Math.abs(value)), `${i}: ${actual[i]}, expected ${value}`));
}

/** A quantizer's values and its gradients for the drawn one of its result: op by op, and the same compiled. */
async function both(fn: (...x: tf.Tensor[]) => tf.Tensor, ...more: tf.Tensor[]): Promise<number[][]> {
  const inputs = [tf.tensor(X, SHAPE), ...more];
  const all = (...x: tf.Tensor[]) => [fn(...x), ...tf.grads(fn)(x, tf.tensor(DY, SHAPE))];
  const opByOp = all(...inputs).map((tensor) => [...tensor.dataSync()]);
  const program = await compile<Record<string, tf.Tensor>>((...x) => Object.fromEntries(all(...x).map((tensor, i) => [`r${i}`, tensor])), inputs);
  Object.values(await program(...inputs)).forEach((tensor, i) => assertNear(tensor.dataSync(), opByOp[i]));
  await program.dispose();
  return opByOp;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('scaledSign', () => {
  it('is the sign times the mean magnitude of its channel, with the gradient 1 / n + α where |x| ≤ 1 (Rastegari et al. 2016)', async () => {
    const scales = [0, 1, 2, 3].map((channel) => mean([...X].filter((_, i) => i % 4 === channel).map(Math.abs)));
    const [values, gradient] = await both(scaledSign);
    assertNear(values, [...X].map((x, i) => Math.sign(x) * scales[i % 4]));
    assertNear(gradient, [...X].map((x, i) => DY[i] * (1 / 15 + (Math.abs(x) <= 1 ? scales[i % 4] : 0))));
  });

  it('is the nearest of all signs with a scale', () => {
    const x = tf.tensor2d(X, [60, 1]);
    const distance = (y: tf.Tensor) => tf.sum(tf.squaredDifference(x, y)).dataSync()[0];
    const best = distance(scaledSign(x));
    for (const factor of [0.9, 0.99, 1.01, 1.1]) assert.ok(distance(tf.mul(scaledSign(x), factor)) > best);
  });
});

describe('ternary', () => {
  it('cuts at 0.7 of the mean magnitude, and gives the mean of what is above; the gradient goes straight (Li et al. 2016)', async () => {
    const threshold = 0.7 * mean([...X].map(Math.abs));
    const scale = mean([...X].map(Math.abs).filter((x) => x > threshold));
    const [values, gradient] = await both(ternary);
    assertNear(values, [...X].map((x) => (Math.abs(x) > threshold ? Math.sign(x) * scale : 0)));
    assertNear(gradient, DY);
  });

  it('of zeros alone is zero', () => assert.deepEqual([...ternary(tf.zeros([3])).dataSync()].map(Math.abs), [0, 0, 0]));
});

describe('trainedTernary', () => {
  const [p, n, part] = [0.8, 1.3, 0.2];

  it('gives p, 0 and −n, with the gradients of Zhu et al. 2017', async () => {
    const threshold = part * Math.max(...[...X].map(Math.abs));
    const side: number[] = [...X].map((x) => (x > threshold ? 1 : x < -threshold ? -1 : 0));
    const [values, ofX, ofP, ofN] = await both((x, p, n) => trainedTernary(x, p, n, part), tf.scalar(p), tf.scalar(n));
    assertNear(values, side.map((at) => (at > 0 ? p : at < 0 ? -n : 0)));
    assertNear(ofX, side.map((at, i) => DY[i] * (at > 0 ? p : at < 0 ? n : 1)));
    const sum = (of: number) => side.reduce((total, at, i) => total + (at === of ? DY[i] : 0), 0);
    assertNear([...ofP, ...ofN], [sum(1), -sum(-1)]);
  });

  it('trains p and n by the gradient of what it computes', () => {
    const at = (p: number, n: number) => tf.sum(tf.mul(trainedTernary(tf.tensor1d(X), tf.scalar(p), tf.scalar(n), part), tf.tensor1d(DY))).dataSync()[0];
    const [, ofP, ofN] = tf.grads((x, p, n) => tf.sum(tf.mul(trainedTernary(x, p, n, part), tf.tensor1d(DY))))([tf.tensor1d(X), tf.scalar(p), tf.scalar(n)]);
    assertNear([ofP.dataSync()[0], ofN.dataSync()[0]], [(at(p + 0.5, n) - at(p - 0.5, n)), (at(p, n + 0.5) - at(p, n - 0.5))], 1e-4);
  });

  it('leaves NaN', () => assert.ok(Number.isNaN(trainedTernary(tf.tensor1d([1, NaN]), tf.scalar(1), tf.scalar(1), 0.05).dataSync()[1])));
});

describe('powerOfTwo', () => {
  it('is AP2: sign(x) 2^round(log₂ |x|), exactly, and straight through', async () => {
    const [values, gradient] = await both(powerOfTwo);
    assert.deepEqual(values, [...X].map((x) => Math.sign(x) * 2 ** Math.round(Math.log2(Math.abs(x)))));
    assertNear(gradient, DY);
  });

  it('keeps powers of two, over the whole range, and zero', async () => {
    const powers = Array.from({ length: 254 }, (_, i) => 2 ** (i - 126));
    const program = await compile((x) => powerOfTwo(x), [{ shape: [254] }]);
    assert.deepEqual([...((await program(Float32Array.from(powers)))).dataSync()], powers);
    await program.dispose();
    assert.deepEqual([...powerOfTwo(tf.tensor1d([0, 3, 2.8, -0.7])).dataSync()], [0, 4, 2, -0.5]);
    assert.ok(Number.isNaN(powerOfTwo(tf.tensor1d([NaN])).dataSync()[0]));
  });
});
