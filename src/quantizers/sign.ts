import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../engine';

/** clip((x + 1) / 2, 0, 1): the probability of +1 (Courbariaux et al. 2016, eq. 3), in the shape of x. */
export const hardSigmoid = (x: tf.Tensor): tf.Tensor => tf.clipByValue(tf.div(tf.add(x, 1), 2), 0, 1);

/**
 * Two values, −1 and +1 (Courbariaux et al. 2016, section 1.1).
 *
 * - forward: +1 where x ≥ 0, else −1; with `draws` of [0, 1) in the shape of x, +1 with the probability hardSigmoid(x)
 * - gradient: that of clip(x, −1, 1), 1 where |x| ≤ 1, the ends included, else 0 (straight through, eq. 4)
 *
 * NaN stays NaN.
 *
 * @param x `[...shape]`
 * @param draws `[...shape]`
 * @returns `[...shape]`
 */
export const sign = (x: tf.Tensor, draws?: tf.Tensor): tf.Tensor =>
  customGradient(
    x,
    (x, save) => {
      save(x);
      const up = draws ? tf.less(draws, hardSigmoid(x)) : tf.greaterEqual(x, 0);
      return tf.where(tf.isNaN(x), x, tf.sub(tf.mul(tf.cast(up, 'float32'), 2), 1));
    },
    (gradient, x) => tf.mul(gradient, tf.cast(tf.lessEqual(tf.abs(x), 1), 'float32')),
  );
