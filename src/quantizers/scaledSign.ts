import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../engine';
import { sign } from './sign';

/**
 * Signs times a scale for each index of the last axis, the best approximation of x by such (Rastegari et al. 2016, *XNOR-Net*, section 3.1).
 *
 * - forward: α sign(x), where α is the mean of |x| over the n values of its channel
 * - gradient: 1 / n + α where |x| ≤ 1, else 1 / n (section 3.2)
 *
 * @param x `[...axes, channels]`
 * @returns `[...axes, channels]`
 */
export const scaledSign = (x: tf.Tensor): tf.Tensor =>
  customGradient(
    x,
    (x, save) => {
      const axes = x.shape.map((_, axis) => axis).slice(0, -1);
      const scale = tf.mean(tf.abs(x), axes);
      save(x, scale);
      return tf.mul(sign(x), scale);
    },
    (gradient, x, scale) => tf.mul(gradient, tf.add(tf.mul(tf.cast(tf.lessEqual(tf.abs(x), 1), 'float32'), scale), x.shape.at(-1)! / x.size)),
  );
