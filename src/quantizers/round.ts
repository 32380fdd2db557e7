import * as tf from '@tensorflow/tfjs';

/** The largest float32 below 1/2: with 1/2 itself what lies just below a half would reach the next whole number, for sums are rounded too. */
const HALF = 0.5 - 2 ** -25;

/** The nearest whole number, halves away from zero: 0.5 → 1, −2.5 → −3 (`tf.round` takes the even one). NaN stays NaN, and the shape what it is. */
export const roundHalfAway = (x: tf.Tensor): tf.Tensor => tf.mul(tf.sign(x), tf.floor(tf.add(tf.abs(x), HALF)));

/** ⌊x⌋ or ⌊x⌋ + 1, the latter with the fraction of x as its probability, by `draws` of [0, 1) in the shape of x: on average x (Gupta et al. 2015, section 3). Whole numbers and NaN stay. */
export function roundStochastically(x: tf.Tensor, draws: tf.Tensor): tf.Tensor {
  const below = tf.floor(x);
  return tf.add(below, tf.cast(tf.less(draws, tf.sub(x, below)), 'float32')); // ⌊x + draw⌋ may be one too many, as float32
}
