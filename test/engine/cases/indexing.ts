import * as tf from '@tensorflow/tfjs';
import type { Case, Cases } from './case';
import { bools, halves, indices, ints, type Make, normals, shape } from './draws';
import { putInRows } from '../../../src/engine/putInRows';

const each = (makers: Make[], cases: (make: Make) => Case[]): Case[] => makers.flatMap(cases);
const ALL = [normals, ints, bools];

/** A table lookup whose index is often repeated, so that gradients must add up. */
const gathers = (make: Make): Case[] => [
  ...[[5], [2, 3], []].flatMap((places) => [0, 1, -1].map((axis): Case => [(x, i) => tf.gather(x, i, axis), make([4, 3, 2]), indices(2)(places)])),
  [(x, i) => tf.gather(x, i), make([16]), indices(16)([7, 5])],
];

/** Tables with leading axes of their own. tfjs has the gradient of one such axis, where the gathered axis is the next. */
const batched = (make: Make): Case[] => [
  [(x, i) => tf.gather(x, i, 1, 1), make([3, 4]), indices(4)([3, 5])],
  [(x, i) => tf.gather(x, i, 1, 1), make([2, 3, 4]), indices(3)([2, 2])],
  ...(make === ints ? [[2, 1], [2, 2], [-1, 1], [3, 1], [3, 2]] : []).map(([axis, batchDims]): Case => [(x, i) => tf.gather(x, i, axis, batchDims), make([2, 3, 4, 3]), indices(3)([2, 3, 2])]),
];

export const indexing: Cases = {
  PutInRows: [[(x, i, v) => tf.cast(putInRows(tf.cast(x, 'float32'), i, tf.cast(v, 'float32')), 'float32'), tf.range(0, 20, 1, 'int32').reshape([5, 4]), tf.tensor1d([3, 0, 0, 2, 1], 'int32'), tf.tensor1d([7, -1, 0, 5, 9], 'int32')]],
  OneHot: [
    [(i) => tf.oneHot(i, 4), indices(4)([7])],
    [(i) => tf.oneHot(i, 4, 1, 0, 'float32'), indices(4)([2, 3])],
    [(i) => tf.oneHot(i, 3, 5, -2), tf.tensor1d([0, -1, 3, 2], 'int32')],
    [(i) => tf.oneHot(i, 3, 0.5, 0.25, 'float32'), tf.tensor1d([0, -1, 3, 2], 'int32')],
    [(i) => tf.oneHot(i, 2, 1, 0, 'bool'), indices(2)([3])],
    [(i) => tf.oneHot(i, 2), indices(2)([])],
  ],
  GatherV2: each(ALL, (make) => [...gathers(make), ...batched(make)]),
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
  GatherNd: each(ALL, (make) => [
    [(x, i) => tf.gatherND(x, i), make([5]), indices(5)([3, 1])],
    [(x, i) => tf.gatherND(x, i), make([3, 4]), indices(3)([6, 2])],
    [(x, i) => tf.gatherND(x, i), make([3, 4]), indices(3)([2, 1])],
    [(x, i) => tf.gatherND(x, i), make([3, 3, 4]), indices(3)([2, 4, 2])],
    ...[shape(3), shape(3)].map((sizes): Case => [(x, i) => tf.gatherND(x, i), make(sizes), indices(Math.min(...sizes))([3, 3])]),
  ]),
  // Of copies, for the cpu backend writes the updates into the tensor itself.
  TensorScatterUpdate: each(ALL, (make) => [
    [(x, i, updates) => tf.tensorScatterUpdate(tf.reverse(x), i, updates), make([5]), tf.tensor2d([[3], [0]], undefined, 'int32'), make([2])],
    [(x, i, updates) => tf.tensorScatterUpdate(tf.reverse(x), i, updates), make([3, 4]), tf.tensor2d([[2], [0]], undefined, 'int32'), make([2, 4])],
    [(x, i, updates) => tf.tensorScatterUpdate(tf.reverse(x), i, updates), make([3, 4]), tf.tensor2d([[2, 3], [0, 1]], undefined, 'int32'), make([2])],
  ]),
  TopK: each([normals, halves, ints, bools], (make) => [
    [(x) => tf.topk(x, 3).values, make([7])],
    ...[1, 2, 7].flatMap((k): Case[] => [
      [(x) => tf.topk(x, k).values, make([2, 3, 7])],
      [(x) => tf.topk(x, k).indices, make([2, 3, 7])],
      // In which order tfjs has them is not said.
      [(x) => tf.topk(tf.topk(x, k, false).values, k).values, make([4, 7])],
    ]),
    ...[shape(4), shape(2)].flatMap((sizes): Case[] => [[(x) => tf.topk(x, sizes.at(-1)).indices, make(sizes)], [(x) => tf.topk(x).values, make(sizes)]]),
    // Long enough to be split among threads, with many ties.
    [(x) => tf.topk(x, 50).indices, make([2, 2000])],
  ]),
};
