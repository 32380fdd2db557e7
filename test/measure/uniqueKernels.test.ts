import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { uniqueKernels } from '../../src/measure';
import { key, normal } from '../../src/random';

describe('uniqueKernels', () => {
  it('counts a kernel, its copies and its inverse once', () => {
    const kernels = [[1, -1, 1, 1], [1, -1, 1, 1], [-1, 1, -1, -1], [1, 1, 1, 1], [0.5, 2, 0, 1]]; // [filters][places]: two patterns
    assert.equal(uniqueKernels(tf.transpose(tf.tensor4d(kernels.flat(), [5, 2, 2, 1]), [1, 2, 3, 0])), 2 / 5);
  });

  it('of drawn signs is what 256 drawers hold: 1 − (1 − 1/256)^n of them, for n filters of 3×3', () => {
    const filters = 512;
    const drawn = uniqueKernels(tf.tensor4d(normal(key(1), 9 * 20 * filters), [3, 3, 20, filters]));
    const expected = (256 * (1 - (1 - 1 / 256) ** filters)) / filters;
    assert.ok(Math.abs(drawn - expected) < 0.01, `${drawn}, expected ${expected}`);
  });

  it('takes convolutions alone', () => assert.throws(() => uniqueKernels(tf.zeros([4, 5])), /uniqueKernels: the kernel must be \[height, width, in, filters\], got \[4,5\]/));
});
