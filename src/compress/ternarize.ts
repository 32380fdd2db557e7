import * as tf from '@tensorflow/tfjs';
import { ternary, trainedTernary } from '../quantizers';
import { checkOptions } from '../system';
import type { Method } from '../weights';

/** Of the largest magnitude: weights below are 0 (Zhu et al. 2017, section 3.1). */
const PART = 0.05;

/**
 * Weights of −n, 0 and p, trained through the thresholds; the weights stay floats below.
 *
 * - left as it is, p = n = α, the mean magnitude above 0.7 ⟨|w|⟩, below which weights are 0 (Li et al. 2016, *Ternary weight networks*)
 * - `trained`: p and n are trained besides the weights, and weights below a twentieth of the largest magnitude are 0 (Zhu et al. 2017, *Trained ternary quantization*). The weights are divided by c, their largest magnitude at the start, before, and multiplied with it after: p and n are in its unit, and begin at the mean
 *   of the magnitudes that become them (those of Zhu et al. begin at 1, and are not multiplied with c)
 *
 * @returns a method for weights of any shape `[...shape]`, which stays
 * @throws TypeError for an option that there is not
 * @throws RangeError when the weights of one side are all 0, and p or n has no start
 */
export function ternarize(options: { trained?: boolean } = {}): Method {
  checkOptions('ternarize', options, ['trained']);
  if (!options.trained) return () => ({ name: 'ternarize', single: true, forward: ternary });
  return (value, name) => {
    const weights = value.dataSync<'float32'>();
    const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    const [positive, negative] = [1, -1].map((side) => {
      const own = weights.filter((weight) => side * weight > PART * largest);
      if (!own.length) throw new RangeError(`ternarize: the weights of ${name} must lie on both sides of zero for p and n to start from; initialise or train them first`);
      const mean = own.reduce((sum, weight) => sum + Math.abs(weight) / largest, 0) / own.length;
      return tf.tidy(() => tf.variable(tf.scalar(mean)));
    });
    return {
      name: 'ternarize',
      single: true,
      trained: [{ variable: positive }, { variable: negative }],
      forward: (w) => tf.mul(trainedTernary(tf.div(w, largest), positive, negative, PART), largest),
    };
  };
}
