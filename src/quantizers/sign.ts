import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../engine';

/** clip((x + 1) / 2, 0, 1): the probability of +1 (Courbariaux et al. 2016, eq. 3), in the shape of x. */
export const hardSigmoid = (x: tf.Tensor): tf.Tensor => tf.clipByValue(tf.div(tf.add(x, 1), 2), 0, 1);

/** −1 below zero, +1 from zero on: far beyond 1 on either side, 0 itself to 1, and cut. Comparisons, whose results are of another type, take twice as long. */
const signOf = (x: tf.Tensor): tf.Tensor => tf.clipByValue(tf.add(tf.mul(tf.mul(x, HUGE), HUGE), 1), -1, 1);

/** Its square times the least number above zero is beyond 1. */
const HUGE = 1e38;

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
      if (!draws) return signOf(x);
      const up = tf.less(draws, hardSigmoid(x));
      return tf.where(tf.isNaN(x), x, tf.sub(tf.mul(tf.cast(up, 'float32'), 2), 1));
    },
    (gradient, x) => tf.mul(gradient, tf.cast(tf.lessEqual(tf.abs(x), 1), 'float32')),
  );
