import assert from 'node:assert/strict';
import type * as tf from '@tensorflow/tfjs';

/**
 * Equal shapes, types and values; float32 values up to rounding, `1e-6 + 1e-5 |expected|`, and for long sums up to 1e-6 of the largest
 * value as well.
 */
export function assertClose(actual: tf.Tensor, expected: tf.Tensor, message: string, { sums = false } = {}): void {
  assert.deepEqual([actual.dtype, actual.shape], [expected.dtype, expected.shape], message);
  const [got, wanted] = [actual.dataSync(), expected.dataSync()];
  const scale = sums ? 1 + Array.from(wanted).reduce((most, value) => Math.max(most, Math.abs(value)), 0) : 1;
  const i = wanted.findIndex((value, at) => {
    if (Object.is(got[at], value) || got[at] === value) return false;
    return actual.dtype !== 'float32' || !(Math.abs(got[at] - value) <= 1e-6 * scale + 1e-5 * Math.abs(value));
  });
  assert.equal(i, -1, `${message}: element ${i} of [${actual.shape.join()}] is ${got[i]}, expected ${wanted[i]}`);
}
