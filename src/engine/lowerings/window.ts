/** The windows of convolutions and pooling. */
import type * as tf from '@tensorflow/tfjs';
import { TraceError } from '../error';

export type Info = tf.backend_util.Conv2DInfo;

export interface Window {
  filter: number[];
  strides: number[];
  dilations: number[];
  /** Padding. */
  before: number[];
  after: number[];
}

/**
 * Along height and width. tfjs may ask for more windows than lie in the padded image (rounding up, `dimRoundingMode`), so there is as much padding after it as
 * its last window needs.
 *
 * @throws TraceError where no window fits, or tfjs counts fewer than there are
 */
export function windowOf(info: Info): Window {
  const [filter, strides, dilations] = [[info.filterHeight, info.filterWidth], [info.strideHeight, info.strideWidth], [info.dilationHeight, info.dilationWidth]];
  const [input, output, before] = [[info.inHeight, info.inWidth], [info.outHeight, info.outWidth], [info.padInfo.top, info.padInfo.left]];
  const reach = filter.map((length, i) => (length - 1) * dilations[i] + 1);
  const after = [info.padInfo.bottom, info.padInfo.right].map((pad, i) => Math.max(pad, (output[i] - 1) * strides[i] + reach[i] - input[i] - before[i]));
  const fits = output.every((count, i) => count >= 1 && Math.floor((before[i] + input[i] + after[i] - reach[i]) / strides[i]) + 1 === count);
  if (!fits) {
    throw new TraceError(
      `compile: windows of [${reach.join()}], ${strides.join()} apart, must fit into images of [${input.join()}] padded by [${before.join()}] and [${after.join()}] as tfjs counts them, [${output.join()}]; take a smaller window, or other padding`,
    );
  }
  return { filter, strides, dilations, before, after };
}

/** `[batch, channels, height, width]` of the input and the output. */
export const planeShapes = (info: Info): { input: number[]; output: number[] } => ({
  input: [info.batchSize, info.inChannels, info.inHeight, info.inWidth],
  output: [info.batchSize, info.outChannels, info.outHeight, info.outWidth],
});

/**
 * tfjs' gradients forget `dimRoundingMode`, and then `dy` is not what they take it for.
 *
 * @throws TraceError when `dy` has another shape than they count
 */
export function checkGradient({ shape }: { shape: number[] }, { outShape }: Info): void {
  if (shape.join() === outShape.join()) return;
  throw new TraceError(`compile: tfjs takes the gradient of this operation for [${outShape.join()}], but it is [${shape.join()}]; leave out dimRoundingMode, and pad the images with tf.pad`);
}
