import type * as tf from '@tensorflow/tfjs';
import { described } from '../system';

/**
 * How many of a binary convolution's 2-D kernels need a computation of their own (Courbariaux et al. 2016): for each channel in, those of all filters that differ from each other, a kernel and its inverse counted as one, over the number of filters; the mean over the channels.
 *
 * @param kernel `[height, width, in, filters]`, whose signs alone count
 * @returns from 1 / filters to 1
 * @throws TypeError for what is no such kernel; RangeError for windows of more than 31 places
 */
export function uniqueKernels(kernel: tf.Tensor): number {
  if (kernel?.rank !== 4) throw new TypeError(`uniqueKernels: the kernel must be [height, width, in, filters], got ${kernel?.shape ? `[${kernel.shape.join()}]` : described(kernel)}`);
  const [height, width, channels, filters] = kernel.shape;
  const places = height * width;
  if (places > 31) throw new RangeError(`uniqueKernels: a window must have at most 31 places, got ${height} × ${width}`);
  const values = kernel.dataSync<'float32'>();
  const inverted = 2 ** places - 1;
  let unique = 0;
  for (let channel = 0; channel < channels; channel++) {
    const patterns = new Set<number>();
    for (let filter = 0; filter < filters; filter++) {
      let pattern = 0;
      for (let place = 0; place < places; place++) pattern = 2 * pattern + +(values[(place * channels + channel) * filters + filter] >= 0);
      patterns.add(Math.min(pattern, inverted - pattern));
    }
    unique += patterns.size;
  }
  return unique / (channels * filters);
}
