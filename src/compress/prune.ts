import * as tf from '@tensorflow/tfjs';
import type { Method, Transform } from '../weights';

export interface Prune extends Transform {
  /** 1 where a weight is kept, 0 where it is pruned; the shape of the weight. */
  readonly mask: tf.Variable;
}

/**
 * Magnitude pruning (Han et al. 2015, section 3): small weights are cut, the others retrained.
 *
 * - forward: mask ⊙ w
 * - backward: mask ⊙ g
 * - settled: mask ⊙ w after each update, for momentum and weight decay move masked weights too
 *
 * `density` keeps that share of all weights, the largest magnitudes (of equal ones, the first). `quality` keeps magnitudes
 * of at least quality × the standard deviation of the layer's weights that are not zero yet (section 3, last paragraph).
 *
 * @throws RangeError when the density is not in (0, 1], the quality is negative, or a weight is not finite
 */
export function prune(options: { density: number } | { quality: number }): Method<Prune> {
  return (value, name) => {
    const magnitudes = tf.tidy(() => tf.abs(value).dataSync<'float32'>());
    if (!magnitudes.every(Number.isFinite)) throw new RangeError(`prune: the weights of ${name} must be finite, got NaN or an infinity; was the training stable?`);
    const kept = 'density' in options ? largest(magnitudes, options.density) : above(magnitudes, options.quality, value);
    const mask = tf.tidy(() => tf.variable(tf.tensor(kept, value.shape), false, undefined));
    const masked = (x: tf.Tensor): tf.Tensor => tf.mul(mask, x);
    if (!kept.includes(1)) console.warn(`prune: no weight of ${name} is left`);
    return { name: 'prune', mask, state: [mask], forward: masked, backward: masked, settle: masked };
  };
}

function largest(magnitudes: Float32Array, density: number): Float32Array {
  if (!(density > 0 && density <= 1)) throw new RangeError(`prune: the density must be in (0, 1], got ${density}`);
  const count = Math.round(density * magnitudes.length);
  if (count === 0) return new Float32Array(magnitudes.length);
  const least = magnitudes.slice().sort()[magnitudes.length - count];
  let equal = count - magnitudes.reduce((above, magnitude) => above + Number(magnitude > least), 0); // how many of the least ones are kept
  return magnitudes.map((magnitude) => Number(magnitude > least || (magnitude === least && equal-- > 0)));
}

function above(magnitudes: Float32Array, quality: number, value: tf.Tensor): Float32Array {
  if (!(quality >= 0)) throw new RangeError(`prune: the quality must be at least 0, got ${quality}`);
  const weights = value.dataSync<'float32'>().filter((weight) => weight !== 0);
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  const deviation = Math.sqrt(weights.reduce((sum, weight) => sum + (weight - mean) ** 2, 0) / weights.length);
  return magnitudes.map((magnitude) => +(magnitude > 0 && magnitude >= quality * deviation));
}
