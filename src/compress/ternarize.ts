import * as tf from '@tensorflow/tfjs';
import { ternary, trainedTernary } from '../quantizers';
import { checkOptions } from '../system';
import type { Method } from '../weights';

/** Of the largest magnitude: weights below are 0 (Zhu et al. 2017, section 3.1). */
const PART = 0.05;

/**
 * Weights of −n, 0 and p, trained through the thresholds; the weights stay floats below.
 *
 * - left as it is, p = n = α, the mean magnitude above 0.7 ⟨|w|⟩, below which weights are 0 (Li & Liu 2016, *Ternary weight networks*)
 * - `trained`: p and n are trained besides the weights, and weights below a twentieth of the largest magnitude are 0 (Zhu et al. 2017, *Trained ternary quantization*)
 *
 * p and n begin at the mean magnitude of the weights that get them; those of Zhu et al. begin at 1, for they scale the weights to [−1, 1] first.
 *
 * @returns a method for weights of any shape `[...shape]`, which stays
 * @throws TypeError for an option that there is not
 * @throws RangeError when the weights of one side are all 0, and p or n has no start
 */
export function ternarize(options: { trained?: boolean } = {}): Method {
  checkOptions('ternarize', options, ['trained']);
  if (!options.trained) return () => ({ name: 'ternarize', single: true, forward: ternary });
  return (value, name) => {
    const [positive, negative] = tf.tidy(() => {
      const threshold = tf.mul(tf.max(tf.abs(value)), PART);
      return [value, tf.neg(value)].map((w) => {
        const mask = tf.cast(tf.greater(w, threshold), 'float32');
        const start = tf.div(tf.sum(tf.mul(w, mask)), tf.sum(mask)).dataSync()[0];
        if (!(start > 0)) throw new RangeError(`ternarize: the weights of ${name} must lie on both sides of zero for p and n to start from, got ${start}; initialise or train them first`);
        return tf.variable(tf.scalar(start));
      });
    });
    return {
      name: 'ternarize',
      single: true,
      trained: [{ variable: positive }, { variable: negative }],
      forward: (w) => trainedTernary(w, positive, negative, PART),
    };
  };
}
