import * as tf from '@tensorflow/tfjs';
import { sign } from '../quantizers';
import type { Method } from '../weights';
import { checkOptions } from '../system';

/**
 * Weights of −1 and +1, trained through the sign (Courbariaux et al. 2016, section 1): the weights stay floats below, and are clipped to [−1, 1] after each update, beyond which they would have no effect.
 *
 * - forward: sign(w), +1 at 0; in training, where `stochastic`, +1 with the probability clip((w + 1) / 2, 0, 1)
 * - gradient: straight through where |w| ≤ 1
 * - projected: clip(w, −1, 1)
 *
 * @returns a method for weights of any shape `[...shape]`, which stays
 * @throws TypeError for an option that there is not
 */
export function binarize(options: { stochastic?: boolean } = {}): Method {
  checkOptions('binarize', options, ['stochastic']);
  return (value) => ({
    name: 'binarize',
    single: true,
    forward: (w, draws?: tf.Tensor) => sign(w, draws),
    project: (w) => tf.clipByValue(w, -1, 1),
    ...(options.stochastic && { draws: [{ shape: value.shape, from: 'uniform' }] }),
  });
}
