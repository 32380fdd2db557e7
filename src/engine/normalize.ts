import * as tf from '@tensorflow/tfjs';
import { isTracing } from './backend';
import { TraceError } from './error';

/** Batch normalisation is one kernel forward and one backward in a trace: tfjs' own autograd makes twenty passes of it. */
const KERNEL = 'NormalizeBatch';

tf.registerGradient({
  kernelName: KERNEL,
  inputsToSave: ['x', 'gamma'],
  outputsToSave: [false, true, true],
  gradFunc: (gradients, saved, attributes) => {
    const [x, gamma, mean, variance] = saved;
    const dy = (gradients as tf.Tensor[])[0];
    const results = tf.engine().runKernel(`${KERNEL}Grad`, { x, dy, gamma, mean, variance }, attributes) as unknown as tf.Tensor[];
    return { x: () => results[0], gamma: () => results[1], beta: () => results[2] };
  },
});

/**
 * y = γ (x − mean) / √(variance + ε) + β over all axes of `x` but the last, with the batch's own mean and variance (Ioffe & Szegedy 2015,
 * algorithm 1; the variance is divided by the number of values). `x` is `[batch, ..., channels]` of rank 2 to 4, all others
 * `[channels]`. No gradient flows through the returned mean and variance.
 *
 * @throws TraceError outside `compile`, where `tf.moments` and `tf.batchNorm` do the same
 */
export function normalizeBatch(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): { y: tf.Tensor; mean: tf.Tensor; variance: tf.Tensor } {
  if (!isTracing()) throw new TraceError('normalizeBatch: must be called inside compile; use tf.moments and tf.batchNorm outside');
  const [y, mean, variance] = tf.engine().runKernel(KERNEL, { x, gamma, beta }, { epsilon }) as unknown as tf.Tensor[];
  return { y, mean, variance };
}
