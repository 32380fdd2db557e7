import * as tf from '@tensorflow/tfjs';
import type { Case, Cases } from './case';
import { bools, halves, indices, ints, type Make, normals, positives, shape, UNBOUNDED } from './draws';

type Reduction = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

/** Every axis, several, the last by -1, all; with and without keeping them. */
const reductions = (reduce: Reduction, ...makers: Make[]): Case[] =>
  makers.flatMap((make): Case[] => [
    [(x) => reduce(x), make([])],
    ...[undefined, 0, 1, 2, -1, [0, 1], [2, 0], [-1, -2], []].flatMap((axis) =>
      [false, true].map((keepDims): Case => [(x) => reduce(x, axis, keepDims), make([2, 3, 4])]),
    ),
    [(x) => reduce(x, 0), make(shape(1))],
    [(x) => reduce(x, -1, true), make(shape(4))],
  ]);

const positions = (position: (x: tf.Tensor, axis?: number) => tf.Tensor): Case[] =>
  [normals, halves, ints].flatMap((make): Case[] => [
    [(x) => position(x), make([5])],
    ...[0, 1, 2, -1, -2].map((axis): Case => [(x) => position(x, axis), make([2, 3, 7])]),
    [(x) => position(x, -1), make(shape(4))],
  ]);

export const reduction: Cases = {
  Sum: reductions(tf.sum, normals, ints, bools),
  Mean: reductions(tf.mean, normals, ints),
  Prod: [
    ...reductions(tf.prod, indices(3), bools),
    // tfjs' gradient fails along an axis that is counted from the end.
    ...[undefined, 0, 1, 2, [0, 1], [2, 0]].flatMap((axis) => [false, true].map((keepDims): Case => [(x) => tf.prod(x, axis, keepDims), positives([2, 3, 4])])),
    [(x) => tf.prod(x, 1), halves([6, 3])],
    [(x) => tf.prod(x, 3), positives(shape(4))],
  ],
  Max: [...reductions(tf.max, normals, halves, ints), [(x) => tf.max(x), UNBOUNDED]],
  Min: [...reductions(tf.min, normals, halves, ints), [(x) => tf.min(x), UNBOUNDED]],
  All: reductions(tf.all, bools),
  Any: reductions(tf.any, bools),
  ArgMax: positions(tf.argMax),
  ArgMin: positions(tf.argMin),
  Softmax: [
    [(x) => tf.softmax(x), normals([5])],
    [(x) => tf.softmax(x), normals([2, 3])],
    [(x) => tf.softmax(x, 2), normals([2, 3, 4])],
    [(x) => tf.softmax(tf.mul(x, 100)), normals([4, 10])],
    [(x) => tf.softmax(x), normals(shape(4))],
  ],
};

/** Functions that tfjs builds of several kernels: the losses of a classifier. */
export const composed: Case[] = [
  [(x) => tf.logSoftmax(x), normals([4, 10])],
  [(x) => tf.logSoftmax(tf.mul(x, 100)), normals([4, 10])],
  ...[undefined, 0, 1, [0, 1]].map((axis): Case => [(x) => tf.logSumExp(x, axis), normals([4, 10])]),
  [(x) => tf.logSumExp(tf.mul(x, 100), 1, true), normals([4, 10])],
  [(labels, x) => tf.losses.softmaxCrossEntropy(labels, x), tf.softmax(normals([4, 10])), normals([4, 10])],
  [(labels, x) => tf.losses.meanSquaredError(labels, x), normals([4, 10]), normals([4, 10])],
  [(x) => tf.norm(x), normals([4, 10])],
  [(x) => tf.moments(x, 0).variance, normals([4, 10])],
  [(x) => tf.dot(tf.reshape(x, [-1]), tf.reshape(x, [-1])), normals([3, 3])],
  [(x) => tf.pad(x, [[1, 0], [0, 2]]), normals([3, 3])],
];
