import * as tf from '@tensorflow/tfjs';
import { powerOfTwo } from '../quantizers';
import { checkOptions } from '../system';
import { type Optimizer, zerosLike } from './optimizers';

/**
 * AdaMax (Kingma & Ba 2015, section 7.1): M ← β₁ M + (1 − β₁) g; U ← max(β₂ U, |g|); w ← w − η / (1 − β₁^t) · M / U, where a U of 0 leaves the weight as it is.
 *
 * With `shift`, the shift-based one (Courbariaux et al. 2016, algorithm 4): η / (1 − β₁^t) and 1 / U are the nearest powers of two, so that the update needs no product where no rate factor is set. Its paper's values are η = 2⁻¹⁰, β₁ = 1 − 2⁻³ and β₂ = 1 − 2⁻¹⁰.
 *
 * β₁ is 0.9 and β₂ 0.999 if left out; M, U and g have the shape `[...shape]` of w.
 *
 * @throws TypeError for an option that there is not
 */
export function adaMax(options: { beta1?: number; beta2?: number; shift?: boolean } = {}): Optimizer {
  checkOptions('adaMax', options, ['beta1', 'beta2', 'shift']);
  const { beta1 = 0.9, beta2 = 0.999, shift = false } = options;
  return {
    name: 'adaMax',
    options: { beta1, beta2, shift },
    rate(learningRate, step) {
      const rate = learningRate / (1 - beta1 ** (step + 1));
      return shift ? 2 ** Math.round(Math.log2(rate)) : rate;
    },
    create(parameters) {
      const [means, largest] = [zerosLike(parameters), zerosLike(parameters)];
      return {
        state: [...means, ...largest],
        update(gradients, rates, scale) {
          parameters.forEach((w, i) => {
            const gradient = scale ? tf.mul(gradients[i], scale) : gradients[i];
            const mean = tf.add(tf.mul(means[i], beta1), tf.mul(gradient, 1 - beta1));
            const most = tf.maximum(tf.mul(largest[i], beta2), tf.abs(gradient));
            means[i].assign(mean);
            largest[i].assign(most);
            const inverse = tf.div(1, tf.maximum(most, LEAST));
            w.assign(tf.sub(w, tf.mul(rates[i], tf.mul(mean, shift ? powerOfTwo(inverse) : inverse))));
          });
        },
      };
    },
  };
}

/** In place of a U of 0, where M is 0 too. */
const LEAST = 1e-30;
