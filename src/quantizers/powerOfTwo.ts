import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../engine';
import { roundHalfAway } from './round';

/** The least power of two in single precision that has all its digits. */
const LEAST = 2 ** -126;

/**
 * AP2, the power of two that is nearest in the exponent, by which a product is a shift of bits (Courbariaux et al. 2016).
 *
 * - forward: sign(x) · 2^round(log₂ |x|), and 0 for 0; the exponent is cut to −126 to 127
 * - gradient: 1 (straight through)
 *
 * NaN stays NaN.
 *
 * @param x `[...shape]`
 * @returns `[...shape]`
 */
export const powerOfTwo = (x: tf.Tensor): tf.Tensor =>
  customGradient(
    x,
    (x) => {
      const exponent = roundHalfAway(tf.div(tf.log(tf.maximum(tf.abs(x), LEAST)), Math.LN2));
      return tf.mul(tf.sign(x), tf.pow(2, tf.clipByValue(exponent, -126, 127)));
    },
    (gradient) => tf.clone(gradient),
  );
