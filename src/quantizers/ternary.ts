import * as tf from '@tensorflow/tfjs';
import { customGradient, customGradients } from '../engine';

/** 1 where x > Δ, and 1 where x < −Δ. */
const sides = (x: tf.Tensor, threshold: tf.Tensor): [above: tf.Tensor, below: tf.Tensor] => [
  tf.cast(tf.greater(x, threshold), 'float32'),
  tf.cast(tf.less(x, tf.neg(threshold)), 'float32'),
];

/**
 * Three values −α, 0 and α, as near to x as a threshold about its best one gives (Li et al. 2016, *Ternary weight networks*, arXiv 1605.04711, section 2.2).
 *
 * - forward: α where x > Δ, −α where x < −Δ, else 0, for Δ = 0.7 ⟨|x|⟩ and α the mean of the |x| above Δ
 * - gradient: 1 (straight through)
 *
 * @param x `[...shape]`
 * @returns `[...shape]`
 */
export const ternary = (x: tf.Tensor): tf.Tensor =>
  customGradient(
    x,
    (x) => {
      const [above, below] = sides(x, tf.mul(tf.mean(tf.abs(x)), 0.7));
      const signs = tf.sub(above, below);
      const scale = tf.div(tf.sum(tf.mul(x, signs)), tf.maximum(tf.sum(tf.abs(signs)), 1));
      return tf.mul(signs, scale);
    },
    (gradient) => tf.clone(gradient),
  );

/**
 * Three values −n, 0 and p, of which two are trained (Zhu et al. 2017, *Trained ternary quantization*, arXiv 1612.01064, section 3).
 *
 * - forward: p where x > Δ, −n where x < −Δ, else 0, for Δ = `part` · max |x| (equation 9)
 * - gradient of x: p where x > Δ, n where x < −Δ, between 1 (equation 8)
 * - gradient of p: the sum of the result's where x > Δ; of n: less its sum where x < −Δ (equation 7 has no minus, for it trains −n)
 *
 * @param x `[...shape]`
 * @param positive p, a scalar `[]`
 * @param negative n, a scalar `[]`
 * @param part from 0 to 1
 * @returns `[...shape]`
 */
export const trainedTernary = (x: tf.Tensor, positive: tf.Tensor, negative: tf.Tensor, part: number): tf.Tensor =>
  customGradients(
    [x, positive, negative],
    ([x, p, n], save) => {
      const [above, below] = sides(x, tf.mul(tf.max(tf.abs(x)), part));
      save(above, below, p, n);
      return tf.where(tf.isNaN(x), x, tf.sub(tf.mul(above, p), tf.mul(below, n)));
    },
    (gradient, above, below, p, n) => {
      const slope = tf.add(tf.add(tf.mul(above, p), tf.mul(below, n)), tf.sub(tf.sub(1, above), below));
      return [tf.mul(gradient, slope), tf.reshape(tf.sum(tf.mul(gradient, above)), positive.shape), tf.neg(tf.reshape(tf.sum(tf.mul(gradient, below)), negative.shape))];
    },
  );
