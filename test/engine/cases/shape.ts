import * as tf from '@tensorflow/tfjs';
import type { Case, Cases } from './case';
import { bools, halves, indices, ints, type Make, normals, shape } from './draws';

const each = (makers: Make[], cases: (make: Make) => Case[]): Case[] => makers.flatMap(cases);
const ALL = [normals, ints, bools];

/** A table lookup whose index is often repeated, so that gradients must add up. */
const gathers = (make: Make): Case[] => [
  ...[[5], [2, 3], []].flatMap((places) => [0, 1, -1].map((axis): Case => [(x, i) => tf.gather(x, i, axis), make([4, 3, 2]), indices(2)(places)])),
  [(x, i) => tf.gather(x, i), make([16]), indices(16)([7, 5])],
];

export const shapes: Cases = {
  Reshape: each(ALL, (make) => [
    [(x) => tf.reshape(x, [6]), make([2, 3])],
    [(x) => tf.reshape(x, [-1, 2]), make([2, 3, 4])],
    [(x) => tf.reshape(x, []), make([1, 1])],
    [(x) => tf.reshape(x, [1, 1]), make([])],
    [(x) => tf.squeeze(x, [1]), make([2, 1, 3])],
  ]),
  ExpandDims: each(ALL, (make) => [
    ...[0, 1, 2, -1, -2].map((axis): Case => [(x) => tf.expandDims(x, axis), make([2, 3])]),
    [(x) => tf.expandDims(x), make([])],
  ]),
  Transpose: each(ALL, (make) => [
    [(x) => tf.transpose(x), make([2, 3])],
    [(x) => tf.transpose(x), make([2, 3, 4])],
    [(x) => tf.transpose(x, [1, 2, 0]), make([2, 3, 4])],
    [(x) => tf.transpose(x, [0, 3, 1, 2]), make(shape(4))],
  ]),
  Tile: each(ALL, (make) => [
    [(x) => tf.tile(x, [3]), make([2])],
    [(x) => tf.tile(x, [2, 3]), make([3, 2])],
    [(x) => tf.tile(x, [1, 2, 1]), make([2, 1, 3])],
  ]),
  Concat: each(ALL, (make) => [
    ...[0, 1, -1].map((axis): Case => [(a, b) => tf.concat([a, b], axis), make([2, 3]), make([2, 3])]),
    [(a, b, c) => tf.concat([a, b, c], 1), make([2, 1, 2]), make([2, 3, 2]), make([2, 2, 2])],
    [(a, b) => tf.concat([a, b]), make([4]), make([1])],
  ]),
  Slice: each(ALL, (make) => [
    [(x) => tf.slice(x, [1], [2]), make([5])],
    [(x) => tf.slice(x, 2), make([5])],
    [(x) => tf.slice(x, [0, 1], [-1, 2]), make([3, 4])],
    [(x) => tf.slice(x, [1, 0, 2], [1, 2, 1]), make([2, 3, 4])],
  ]),
  SplitV: each(ALL, (make) => [
    ...[0, 1, 2].map((part): Case => [(x) => tf.split(x, 3, 1)[part], make([2, 6])]),
    [(x) => tf.split(x, [1, 3], -1)[1], make([2, 3, 4])],
    [(x) => tf.concat(tf.split(x, [2, 0, 1]).reverse()), make([3, 2])],
  ]),
  PadV2: each(ALL, (make) => [
    [(x) => tf.pad(x, [[1, 2]]), make([3])],
    [(x) => tf.pad(x, [[0, 1], [2, 0]], 1), make([2, 3])],
    [(x) => tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]), make(shape(4))],
  ]),
  Fill: [
    [(x) => tf.add(x, tf.fill([2, 3], 1.5)), normals([2, 3])],
    [(x) => tf.fill(x.shape, -2, 'int32'), normals([2, 3])],
    [(x) => tf.fill(x.shape, 1, 'bool'), normals([])],
  ],
  ZerosLike: each(ALL, (make) => [[]].map((): Case => [(x) => tf.zerosLike(x), make([2, 3])])),
  OnesLike: each(ALL, (make) => [[], [2, 3]].map((shape): Case => [(x) => tf.onesLike(x), make(shape)])),
  OneHot: [
    [(i) => tf.oneHot(i, 4), indices(4)([7])],
    [(i) => tf.oneHot(i, 4, 1, 0, 'float32'), indices(4)([2, 3])],
    [(i) => tf.oneHot(i, 3, 5, -2), tf.tensor1d([0, -1, 3, 2], 'int32')],
    [(i) => tf.oneHot(i, 3, 0.5, 0.25, 'float32'), tf.tensor1d([0, -1, 3, 2], 'int32')],
    [(i) => tf.oneHot(i, 2, 1, 0, 'bool'), indices(2)([3])],
    [(i) => tf.oneHot(i, 2), indices(2)([])],
  ],
  GatherV2: each(ALL, gathers),
  ScatterNd: [
    ...each([normals, ints], (make) => [
      [(i, updates) => tf.scatterND(i, updates, [6]), indices(6)([9, 1]), make([9])],
      [(i, updates) => tf.scatterND(i, updates, [3, 4]), indices(3)([5, 1]), make([5, 4])],
      [(i, updates) => tf.scatterND(i, updates, [3, 4]), indices(3)([8, 2]), make([8])],
    ]),
  ],
  UnsortedSegmentSum: [
    ...each([normals, halves], (make) => [
      [(x, i) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 4), make([9]), indices(4)([9])],
      [(x, i) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 5), make([6, 2, 3]), indices(3)([6])],
    ]),
    // On the cpu backend a sum of int32 comes out as float32.
    [(x, i) => tf.cast(tf.unsortedSegmentSum(x, i as tf.Tensor1D, 4), 'float32'), ints([9]), indices(4)([9])],
    // Many updates of one place, by several threads at once.
    [(x, i) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 3), tf.ones([100_000]), indices(3)([100_000])],
  ],
};
