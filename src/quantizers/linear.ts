import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../engine';
import { checkBits } from './bits';
import { roundHalfAway, roundStochastically } from './round';

export interface LinearOptions {
  bits: number;
  /** Zero in the middle, with as many steps on either side; else the range may lie anywhere around zero. */
  symmetric?: boolean;
  /** The smallest and the largest value, for all of x; left out, those of x itself. A symmetric range reaches to the larger magnitude of the two. */
  range?: readonly [min: number, max: number];
  /** A range for each index of the last axis. */
  perChannel?: boolean;
}

/** A range's ends as tensors that x is broadcast with, its step, and the whole number that stands for zero. */
interface Grid {
  min: tf.Tensor;
  max: tf.Tensor;
  step: tf.Tensor;
  zero: tf.Tensor;
  /** Of the whole numbers. */
  low: number;
  high: number;
}

/** So that nothing is divided by zero where all values are. */
const LEAST = 1e-30;

function gridOf(x: tf.Tensor, { bits, symmetric = true, range, perChannel = false }: LinearOptions): Grid {
  const axes = x.shape.map((_, axis) => axis).slice(0, perChannel ? -1 : undefined);
  const [low, high] = symmetric ? [1 - 2 ** (bits - 1), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  if (symmetric) {
    const max = range ? tf.scalar(Math.max(-range[0], range[1])) : tf.max(tf.abs(x), axes);
    return { min: tf.neg(max), max, step: tf.div(tf.maximum(max, LEAST), high), zero: tf.scalar(0), low, high };
  }
  const [min, max] = range ? range.map((end) => tf.scalar(end)) : [tf.minimum(tf.min(x, axes), 0), tf.maximum(tf.max(x, axes), 0)];
  const step = tf.div(tf.maximum(tf.sub(max, min), LEAST), high);
  return { min, max, step, zero: roundHalfAway(tf.div(tf.neg(min), step)), low, high };
}

/**
 * Evenly spaced values, a step s apart (Krishnamoorthi 2018, arXiv 1806.08342, section 2).
 *
 * - forward: s · (clip(round(x / s) + z, low, high) − z), halves rounded away from zero; with `draws` of [0, 1) in the shape of x rounded stochastically
 * - symmetric: s = max |x| / (2^(b−1) − 1), z = 0, and 2^b − 1 values around zero; affine: s = (max − min) / (2^b − 1) with min ≤ 0 ≤ max, z = round(−min / s), and 2^b values, zero among them
 * - gradient: that of clip(x, min, max), 1 within the range, its ends included, else 0 (straight through); none to the range
 *
 * @throws RangeError when bits is not a whole number from 1 (symmetric: 2) to 16, or the range does not hold zero
 */
export function linear(x: tf.Tensor, options: LinearOptions, draws?: tf.Tensor): tf.Tensor {
  const { bits, symmetric = true, range } = options;
  checkBits('linear', bits, symmetric ? 2 : 1);
  if (range && !(range[0] <= 0 && range[1] >= 0 && range[0] < range[1])) throw new RangeError(`linear: the range must hold 0 and more, got ${range.join(' to ')}`);
  return customGradient(
    x,
    (x, save) => {
      const { min, max, step, zero, low, high } = gridOf(x, options);
      save(tf.cast(tf.logicalAnd(tf.greaterEqual(x, min), tf.lessEqual(x, max)), 'float32'));
      const places = tf.add(tf.div(x, step), draws ? zero : 0);
      const rounded = draws ? roundStochastically(places, draws) : tf.add(roundHalfAway(places), zero);
      return tf.mul(tf.sub(tf.clipByValue(rounded, low, high), zero), step);
    },
    (gradient, inside) => tf.mul(gradient, inside),
  );
}
