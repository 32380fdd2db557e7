/** Windows that do not fit are refused by name, before ONNX Runtime sees them. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile, TraceError } from '../../src/engine';

const IMAGES = [{ shape: [1, 4, 4, 2] }];
type Images = (x: tf.Tensor4D) => tf.Tensor;

async function assertRefused(fn: Images, message: RegExp): Promise<void> {
  await assert.rejects(compile((x) => fn(x as tf.Tensor4D), IMAGES), (error: unknown) => error instanceof TraceError && message.test(error.message));
}

describe('windows', () => {
  it('larger than the image are refused', async () => {
    await assertRefused((x) => tf.conv2d(x, tf.ones([5, 5, 2, 3]), 1, 'valid'), /windows of \[5,5\], 1,1 apart, must fit into images of \[4,4\]/);
    await assertRefused((x) => tf.depthwiseConv2d(x, tf.ones([5, 2, 2, 1]), 1, 'valid'), /windows of \[5,2\]/);
    await assertRefused((x) => tf.maxPool(x, 5, 1, 'valid'), /windows of \[5,5\]/);
  });

  it('of pooling are padded by less than their size', () => assertRefused((x) => tf.maxPool(x, 2, 1, 2), /pooling must be padded by less than its window of \[2,2\], got \[2,2\] and \[2,2\]/));

  it('of a rounded convolution have no gradient in tfjs', () =>
    assertRefused(
      (x) => tf.grad((y: tf.Tensor) => tf.conv2d(y as tf.Tensor4D, tf.ones([3, 3, 2, 3]), 2, 0, 'NHWC', 1, 'ceil'))(x),
      /tfjs takes the gradient of this operation for \[1,1,1,3\], but it is \[1,2,2,3\]; leave out dimRoundingMode/,
    ));

  it('of max pooling that is rounded up give each gradient to its maximum, where tfjs gives it elsewhere', async () => {
    const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 2, 2, 0, 'ceil');
    const program = await compile((x, dy) => tf.grad(pool)(x, dy), [{ shape: [1, 3, 3, 1] }, { shape: [1, 2, 2, 1] }]);
    // Windows 1 2 4 5, 3 6, 7 8 and 9.
    const gradient = await program(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), Float32Array.of(10, 20, 30, 40));
    assert.deepEqual([...gradient.dataSync()], [0, 0, 0, 0, 10, 20, 0, 30, 40]);
  });
});
