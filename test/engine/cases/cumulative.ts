import * as tf from '@tensorflow/tfjs';
import type { Case, Cases } from './case';
import { bools, halves, indices, ints, type Make, normals, positives, shape } from './draws';

type Cumulate = (x: tf.Tensor, axis?: number, exclusive?: boolean, reverse?: boolean) => tf.Tensor;

const FLAGS = [false, true].flatMap((exclusive) => [false, true].map((reverse) => [exclusive, reverse] as const));

const along = (cumulate: Cumulate, make: Make, sizes: number[], axes: number[]): Case[] =>
  axes.flatMap((axis) => FLAGS.map((flags): Case => [(x) => cumulate(x, axis, ...flags), make(sizes)]));

export const cumulative: Cases = {
  Cumsum: [
    ...[normals, ints, bools].flatMap((make) => [...along(tf.cumsum, make, [5], [0]), ...along(tf.cumsum, make, [2, 3, 4], [2])]),
    // tfjs' gradient fails along other axes.
    ...along(tf.cumsum, ints, [2, 3, 4], [0, 1]),
    ...along(tf.cumsum, ints, shape(4), [0, 1, 2]),
    ...along(tf.cumsum, normals, shape(4), [3]),
  ],
  Cumprod: [
    ...[positives, halves, indices(3), bools].flatMap((make) => [...along(tf.cumprod, make, [9], [0]), ...along(tf.cumprod, make, [2, 3, 4], [0, 1, 2])]),
    ...along(tf.cumprod, positives, shape(4), [0, 1, 2, 3]),
    ...along(tf.cumprod, positives, [3, 1], [0, 1]),
  ],
};
