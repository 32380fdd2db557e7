import * as tf from '@tensorflow/tfjs';
import { scaledSign, sign } from '../quantizers';
import { checkOptions } from '../system';
import type { Method } from '../weights';
import { fanRate } from './fanRate';

/** What `binarize` may be told. */
export interface BinarizeOptions {
  /** Draws the signs in training, by the training's key: +1 with the probability clip((w + 1) / 2, 0, 1). False if left out. */
  stochastic?: boolean;
  /** Trains the weights at √((fan in + fan out) / 1.5) times the learning rate, as the paper's code does. False if left out. */
  fanRate?: boolean;
  /** A scale for each output, the mean of |w| (Rastegari et al. 2016, *XNOR-Net*). False if left out: −1 and +1. */
  scaled?: boolean;
}

/**
 * Weights of −1 and +1, trained through the sign (Courbariaux et al. 2016, section 1): the weights stay floats below, and are clipped to [−1, 1] after each update, beyond which they would have no effect.
 *
 * - forward: sign(w), +1 at 0; or α sign(w), α the mean of |w| over the inputs of an output
 * - gradient: straight through where |w| ≤ 1 (of `scaled`: see `quantizers.scaledSign`)
 * - projected: clip(w, −1, 1)
 *
 * @returns a method for weights of any shape `[...shape]`, which stays
 * @throws TypeError for an option that there is not, or `stochastic` and `scaled` at once
 */
export function binarize(options: BinarizeOptions = {}): Method {
  checkOptions('binarize', options, ['stochastic', 'fanRate', 'scaled']);
  const { stochastic = false, scaled = false } = options;
  if (stochastic && scaled) throw new TypeError('binarize: signs with a scale are not drawn; leave stochastic or scaled out');
  return (value) => ({
    name: 'binarize',
    single: true,
    forward: scaled ? scaledSign : (w, draws?: tf.Tensor) => sign(w, draws),
    project: (w) => tf.clipByValue(w, -1, 1),
    ...(options.fanRate && { rateFactor: fanRate(value.shape) }),
    ...(stochastic && { draws: [{ shape: value.shape, from: 'uniform' }] }),
  });
}
