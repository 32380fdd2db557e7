import * as tf from '@tensorflow/tfjs';

/** The nearest whole number, halves away from zero: sign(x) ⌊|x| + 1/2⌋. NaN stays NaN. */
export const roundHalfAway = (x: tf.Tensor): tf.Tensor => tf.mul(tf.sign(x), tf.floor(tf.add(tf.abs(x), 0.5)));

/** ⌊x⌋ or ⌊x⌋ + 1, the latter with the fraction of x as its probability, by `draws` of [0, 1) in the shape of x: on average x (Gupta et al. 2015, section 3). */
export const roundStochastically = (x: tf.Tensor, draws: tf.Tensor): tf.Tensor => tf.floor(tf.add(x, draws));
