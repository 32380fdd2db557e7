import * as tf from '@tensorflow/tfjs';
import type { Method } from '../weights';

/**
 * Max-norm (Srivastava et al. 2014, section 5.1; Hinton et al. 2012): after each update the weights into a unit are scaled down to the norm `limit` where theirs is larger,
 * w ← w · min(1, limit / ‖w‖) for each column of `[..., in, out]`.
 *
 * ```ts
 * import { key, lenet300, maxNorm, parametrize } from 'squeezelab';
 *
 * const model = lenet300(key(0));
 * parametrize(model.getLayer('fc1'), 'kernel', maxNorm(3));
 * console.log(model.getLayer('fc1').getWeights()[0].norm('euclidean', 0).max().dataSync()[0] <= 3.0001); // => true
 * ```
 *
 * @throws RangeError when the limit is not above 0
 */
export function maxNorm(limit: number): Method {
  if (!(limit > 0)) throw new RangeError(`maxNorm: the limit must be above 0, got ${limit}`);
  const scaled = (w: tf.Tensor): tf.Tensor => {
    const norm = tf.sqrt(tf.sum(tf.square(w), [...Array(w.rank - 1).keys()], true));
    return tf.mul(w, tf.div(limit, tf.maximum(norm, limit)));
  };
  return () => ({ name: `maxNorm ${limit}`, state: [], forward: (w) => w, backward: (gradient) => gradient, settle: scaled });
}
