/** Tensors that the cases are made of, each drawn from its own key. */
import * as tf from '@tensorflow/tfjs';
import '../../../src/engine';
import { bernoulli, foldIn, integers, type Key, key, normal, uniform } from '../../../src/random';

const root = key(2);
let drawn = 0;
const next = (): Key => foldIn(root, drawn++);
const size = tf.util.sizeFromShape;

export type Make = (shape: number[]) => tf.Tensor;

export const normals: Make = (shape) => tf.tensor(normal(next(), size(shape)), shape);

/** From 0.1 to 3. */
export const positives: Make = (shape) => tf.tensor(uniform(next(), size(shape), { min: 0.1, max: 3 }), shape);

/** From -0.9 to 0.9. */
export const insides: Make = (shape) => tf.tensor(uniform(next(), size(shape), { min: -0.9, max: 0.9 }), shape);

/** Multiples of a half from -3 to 3: zeros, ties, and halves to round. */
export const halves: Make = (shape) => tf.tensor(Float32Array.from(integers(next(), size(shape), 13), (n) => n / 2 - 3), shape);

/** From -5 to 5. */
export const ints: Make = (shape) => tf.tensor(integers(next(), size(shape), 11).map((n) => n - 5), shape, 'int32');

/** From 1 to 5. */
export const counts: Make = (shape) => indices(5)(shape).add(tf.scalar(1, 'int32'));

export const bools: Make = (shape) => tf.tensor(bernoulli(next(), size(shape), 0.5), shape, 'bool');

/** From 0 to limit - 1. */
export const indices =
  (limit: number): Make =>
  (shape) =>
    tf.tensor(integers(next(), size(shape), limit), shape, 'int32');

/** Zeros of both signs, halves, and the values past which float32 functions saturate or overflow. */
export const ODD = tf.tensor1d([0, -0, 0.5, 1.5, 2.5, -0.5, -1.5, 6, 7, -20, 30, 100, -100, 1e-20, 1e20]);

/** Not finite. */
export const UNBOUNDED = tf.tensor1d([NaN, Infinity, -Infinity, 1]);

/** A drawn shape of `rank` axes (of 0 to 4 when left out). */
export function shape(rank = integers(next(), 1, 5)[0]): number[] {
  return Array.from(integers(next(), rank, 5), (n) => n + 1);
}

/** Two drawn shapes that broadcast: of either, leading axes are dropped and others set to 1. */
export function broadcasting(): [number[], number[]] {
  const whole = shape();
  const part = (): number[] => {
    const axes = whole.slice(integers(next(), 1, whole.length + 1)[0]);
    const kept = bernoulli(next(), axes.length, 0.7);
    return axes.map((length, axis) => (kept[axis] ? length : 1));
  };
  return [part(), part()];
}
