import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../engine';
import { checkBits } from './options';
import { roundHalfAway, roundStochastically } from './round';

/** For all of x, or `[channels]`, one for each index of its last axis. */
type End = number | tf.Tensor;

/** The grid of `linear`: how many values, and in which range. */
export interface LinearOptions {
  /** There are 2^bits values; symmetric, one less. */
  bits: number;
  /** Zero in the middle, with as many steps on either side; else the range may lie anywhere around zero. True if left out. */
  symmetric?: boolean;
  /** The smallest and the largest value; left out, those of x itself. A symmetric range reaches to the larger magnitude of the two. */
  range?: readonly [min: End, max: End];
  /** Of x itself a range for each index of the last axis; false if left out. */
  perChannel?: boolean;
}

/** A range, its step, and the whole numbers from `low` to `high` that become values: tensors that x is broadcast with. */
type Grid = Record<'min' | 'max' | 'step' | 'low' | 'high', tf.Tensor>;

/** So that nothing is divided by zero where all values are. */
const LEAST = 1e-30;

function gridOf(x: tf.Tensor, { bits, symmetric = true, range, perChannel = false }: LinearOptions): Grid {
  const axes = x.shape.map((_, axis) => axis).slice(0, perChannel ? -1 : undefined);
  const [least, most] = range ? range.map((end) => tf.cast(end, 'float32')) : [tf.min(x, axes), tf.max(x, axes)];
  if (symmetric) {
    const max = tf.maximum(tf.neg(least), most);
    const high = tf.scalar(2 ** (bits - 1) - 1);
    return { min: tf.neg(max), max, step: tf.div(tf.maximum(max, LEAST), high), low: tf.neg(high), high };
  }
  const [min, max, steps] = [tf.minimum(least, 0), tf.maximum(most, 0), 2 ** bits - 1];
  const step = tf.div(tf.maximum(tf.sub(max, min), LEAST), steps);
  const low = roundHalfAway(tf.div(min, step));
  return { min, max, step, low, high: tf.add(low, steps) };
}

/** @throws RangeError when bits is not a whole number from 1 (symmetric: 2) to 16, or a range of numbers does not hold zero; TypeError for a range that is given and yet to be found for each channel */
export function checkLinear(where: string, { bits, symmetric = true, range, perChannel }: LinearOptions): void {
  checkBits(where, bits, symmetric ? 2 : 1);
  if (!range) return;
  if (perChannel) throw new TypeError(`${where}: a range that is given has its own shape; leave perChannel out, and give [channels] for one each`);
  const [min, max] = range;
  const holdsZero = range.length === 2 && range.every(Number.isFinite) && Number(min) <= 0 && Number(max) >= 0 && min !== max;
  if (!holdsZero && !range.some((end) => end instanceof tf.Tensor)) throw new RangeError(`${where}: the range must be two finite numbers, min to max, that hold 0 and more, got ${range.join(' to ')}`);
}

/**
 * Evenly spaced values, a step s apart (Krishnamoorthi 2018, arXiv 1806.08342, section 2).
 *
 * - forward: s · round(clip(x / s, −z, levels − 1 − z)), halves rounded away from zero; with `draws` of [0, 1) in the shape of x rounded stochastically
 * - symmetric: s = max |x| / (2^(b−1) − 1), and 2^b − 1 levels with zero in the middle; affine: s = (max − min) / (2^b − 1) with min ≤ 0 ≤ max, and 2^b levels, of which number z = round(−min / s) is zero
 * - gradient: that of clip(x, min, max), 1 within the range, its ends included, else 0 (straight through); none to the range
 *
 * NaN stays NaN, and makes all NaN whose range is found of it.
 *
 * @param x `[...shape]`
 * @param draws `[...shape]`, in [0, 1); left out, x is rounded to the nearest value
 * @returns `[...shape]`
 * @throws RangeError when bits is not a whole number from 1 (symmetric: 2) to 16, or a range of numbers does not hold zero
 * @throws TypeError for `perChannel` with a range that is given
 */
export function linear(x: tf.Tensor, options: LinearOptions, draws?: tf.Tensor): tf.Tensor {
  checkLinear('linear', options);
  return customGradient(
    x,
    (x, save) => {
      const { min, max, step, low, high } = gridOf(x, options);
      save(tf.cast(tf.logicalAnd(tf.greaterEqual(x, min), tf.lessEqual(x, max)), 'float32'));
      const places = tf.minimum(tf.maximum(tf.div(x, step), low), high);
      return tf.mul(draws ? roundStochastically(places, draws) : roundHalfAway(places), step);
    },
    (gradient, inside) => tf.mul(gradient, inside),
  );
}
