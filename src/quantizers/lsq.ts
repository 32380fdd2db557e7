import * as tf from '@tensorflow/tfjs';
import { customGradients } from '../engine';
import { checkBits } from './options';
import { roundHalfAway } from './round';

/** The grid of `lsq`, and what its step's gradient is scaled by. */
export interface LsqOptions {
  /** There are 2^bits values. */
  bits: number;
  /** Whole numbers from −2^(b−1) to 2^(b−1) − 1; else from 0 to 2^b − 1, as for what a ReLU leaves. True if left out. */
  signed?: boolean;
  /** N, by which the step's gradient is scaled: how many weights, or features of one example, share the step; the size of x if left out. */
  count?: number;
}

/** Qn and Qp, how many steps there are below and above zero: 2^(b−1) and 2^(b−1) − 1 where there is a sign, else 0 and 2^b − 1. */
export const lsqLimits = ({ bits, signed = true }: LsqOptions): [below: number, above: number] => (signed ? [2 ** (bits - 1), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1]);

/** @throws RangeError when bits is not a whole number from 1 (signed: 2) to 16 */
export const checkLsq = (where: string, { bits, signed = true }: LsqOptions): void => checkBits(where, bits, signed ? 2 : 1);

/** Where the step of `lsq` starts: 2 ⟨|x|⟩ / √Qp (Esser et al. 2020, section 2.1). Of zeros alone it is 0, with which nothing can be learned. x is `[...shape]`, the step a scalar `[]`. */
export const initialStep = (x: tf.Tensor, options: LsqOptions): tf.Scalar => tf.mul(tf.mean(tf.abs(x)), 2 / Math.sqrt(lsqLimits(options)[1]));

/** A step is never less, whatever the optimiser makes of it. */
const LEAST = 1e-8;

/**
 * Evenly spaced values whose step is learned (Esser et al. 2020, *Learned step size quantization*, section 2).
 *
 * - forward: x̂ = round(clip(x / s, −Qn, Qp)) · s, for a scalar s
 * - gradient of x: 1 where −Qn ≤ x / s ≤ Qp, else 0 (straight through)
 * - gradient of s: (round(x / s) − x / s) where −Qn < x / s < Qp, else −Qn or Qp, summed over x, times 1 / √(N Qp)
 *
 * Halves are rounded away from zero, and the gradient of x holds at the ends of the range as well, where the paper's is 0.
 *
 * @param x `[...shape]`
 * @param step s, a scalar `[]`; one below 1e-8 counts as that
 * @returns x̂ `[...shape]`
 * @throws RangeError when bits is not a whole number from 1 (signed: 2) to 16
 */
export function lsq(x: tf.Tensor, step: tf.Tensor, options: LsqOptions): tf.Tensor {
  checkLsq('lsq', options);
  const [below, above] = lsqLimits(options);
  const scale = 1 / Math.sqrt((options.count ?? x.size) * above);
  return customGradients(
    [x, step],
    ([x, step], save) => {
      const s = tf.maximum(step, LEAST);
      const places = tf.div(x, s);
      const rounded = roundHalfAway(tf.clipByValue(places, -below, above));
      save(places, rounded);
      return tf.mul(rounded, s);
    },
    (gradient, places, rounded) => {
      const inside = tf.logicalAnd(tf.greaterEqual(places, -below), tf.lessEqual(places, above));
      const between = tf.logicalAnd(tf.greater(places, -below), tf.less(places, above));
      const ofStep = tf.where(between, tf.sub(rounded, places), rounded); // beyond, what is rounded is an end
      return [tf.mul(gradient, tf.cast(inside, 'float32')), tf.mul(tf.reshape(tf.sum(tf.mul(gradient, ofStep)), step.shape), scale)];
    },
  );
}
