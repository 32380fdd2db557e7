import * as tf from '@tensorflow/tfjs';
import type { Case, Cases } from './case';
import { bools, ints, type Make, normals, shape } from './draws';

const each = (makers: Make[], cases: (make: Make) => Case[]): Case[] => makers.flatMap(cases);
const ALL = [normals, ints, bools];

/** A case of two drawn shapes of four axes. */
const drawn = (make: (shape: number[]) => Case): Case[] => [shape(4), shape(4)].map(make);

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
    ...drawn((shape): Case => [(x) => tf.tile(x, [1, 2, 3, 1]), make(shape)]),
    [(x) => tf.tile(x, [3]), make([2])],
    [(x) => tf.tile(x, [2, 3]), make([3, 2])],
    [(x) => tf.tile(x, [1, 2, 1]), make([2, 1, 3])],
  ]),
  Concat: each(ALL, (make) => [
    ...[0, 1, -1].map((axis): Case => [(a, b) => tf.concat([a, b], axis), make([2, 3]), make([2, 3])]),
    [(a, b, c) => tf.concat([a, b, c], 1), make([2, 1, 2]), make([2, 3, 2]), make([2, 2, 2])],
    [(a, b) => tf.concat([a, b]), make([4]), make([1])],
  ]),
  Pack: each(ALL, (make) => [
    ...[0, 1, 2, -1].map((axis): Case => [(a, b, c) => tf.stack([a, b, c], axis), make([2, 3]), make([2, 3]), make([2, 3])]),
    [(a) => tf.stack([a]), make([2])],
    [(a, b) => tf.stack([a, b]), make([]), make([])],
    ...drawn(([depth, ...shape]): Case => [(...parts) => tf.stack(parts, depth % shape.length), ...Array.from({ length: depth }, () => make(shape))]),
  ]),
  Unpack: each(ALL, (make) => [
    ...[0, 1, -1].flatMap((axis) => [0, 1].map((at): Case => [(x) => tf.unstack(x, axis)[at], make([2, 3, 4])])),
    [(x) => tf.unstack(x)[2], make([3])],
    // The gradient of a single part fails in tfjs.
    ...drawn(([length, ...shape]): Case => [(x) => tf.addN(tf.unstack(tf.cast(x, 'float32'), 2)), make([...shape, length + 1].slice(-3))]),
  ]),
  Reverse: each(ALL, (make) => [
    ...[0, 1, -1, [0, 2], undefined].map((axis): Case => [(x) => tf.reverse(x, axis), make([2, 3, 4])]),
    [(x) => tf.reverse(x), make([5])],
    ...drawn((shape): Case => [(x) => tf.reverse(x, [1, 3]), make(shape)]),
  ]),
  StridedSlice: each(ALL, (make) => [
    [(x) => tf.stridedSlice(x, [1], [6], [2]), make([7])],
    [(x) => tf.stridedSlice(x, [-1], [0], [-2], 0, 1), make([7])],
    [(x) => tf.stridedSlice(x, [5], [1], [-1]), make([7])],
    [(x) => tf.stridedSlice(x, [0, 0, 0, 0], [0, 0, 0, 0], [1, 2, 2, 1], 15, 15), make([2, 5, 4, 3])],
    [(x) => tf.stridedSlice(x, [1, 0], [2, 3], [1, 1]), make([3, 4])],
    [(x) => tf.stridedSlice(x, [0, 0], [2, 3], [1, 1]), make([2, 3])],
    // An axis that goes, with steps of 1: the cpu backend fails with others.
    [(x) => tf.stridedSlice(x, [1, 0, 1], [2, 2, 4], [1, 1, 1], 0, 0, 0, 0, 1), make([2, 3, 4])],
    [(x) => tf.stridedSlice(x, [0, 0, 1], [0, 0, 3], [1, 1, 1], 0, 0, 1, 2, 0), make([2, 3, 4])],
    ...drawn((shape): Case => [(x) => tf.stridedSlice(x, [0, -1, 0, -1], shape.map(() => 0), [2, -1, 3, -2], 15, 15), make(shape)]),
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
  MirrorPad: each(ALL, (make) =>
    (['reflect', 'symmetric'] as const).flatMap((mode): Case[] => [
      [(x) => tf.mirrorPad(x, [[1, 2]], mode), make([3])],
      [(x) => tf.mirrorPad(x, [[0, 1], [2, 0]], mode), make([2, 3])],
      [(x) => tf.mirrorPad(x, [[0, 0], [1, 1], [2, 1], [0, 0]], mode), make([2, 3, 4, 2])],
      ...drawn((shape): Case => [(x) => tf.mirrorPad(x, shape.map((length) => [length - 1, 0]), mode), make(shape)]),
    ]),
  ),
  SpaceToBatchND: each(ALL, (make) => [
    [(x) => tf.spaceToBatchND(x, [2, 2], [[0, 0], [0, 0]]), make([1, 4, 6, 2])],
    [(x) => tf.spaceToBatchND(x, [2, 3], [[1, 0], [0, 2]]), make([2, 3, 4, 2])],
    [(x) => tf.spaceToBatchND(x, [2], [[1, 1]]), make([3, 4])],
    ...drawn(([batch, height, width, channels]): Case => [(x) => tf.spaceToBatchND(x, [3, 2], [[0, 0], [0, width]]), make([batch, 3 * height, width, channels])]),
  ]),
  BatchToSpaceND: each(ALL, (make) => [
    [(x) => tf.batchToSpaceND(x, [2, 2], [[0, 0], [0, 0]]), make([4, 3, 2, 2])],
    [(x) => tf.batchToSpaceND(x, [2, 3], [[1, 0], [1, 2]]), make([12, 3, 4, 2])],
    [(x) => tf.batchToSpaceND(x, [2], [[1, 1]]), make([4, 3])],
    ...drawn(([batch, height, width, channels]): Case => [(x) => tf.batchToSpaceND(x, [3, 2], [[1, 0], [0, 1]]), make([6 * batch, height, width, channels])]),
  ]),
  Diag: each(ALL, (make) => [[(x) => tf.diag(x), make([4])], [(x) => tf.diag(x), make([2, 3])], [(x) => tf.diag(x), make(shape(2))]]),
  Range: (['float32', 'int32'] as const).flatMap((dtype) =>
    [[0, 5, 1], [2, 9, 3], [4, -3, -2], [3, 0, 1], [7, 8, 5]].map((range): Case => [() => tf.range(...(range as [number, number, number]), dtype), normals([])]),
  ),
  LinSpace: [[0, 1, 5], [3, -2, 4], [1, 1, 3], [2, 5, 1], [0.1, 0.7, 30]].map((ends): Case => [() => tf.linspace(...(ends as [number, number, number])), ints([])]),
  Fill: [
    [(x) => tf.add(x, tf.fill([2, 3], 1.5)), normals([2, 3])],
    [(x) => tf.fill(x.shape, -2, 'int32'), normals([2, 3])],
    [(x) => tf.fill(x.shape, 1, 'bool'), normals([])],
  ],
  ZerosLike: each(ALL, (make) => [[]].map((): Case => [(x) => tf.zerosLike(x), make([2, 3])])),
  OnesLike: each(ALL, (make) => [[], [2, 3]].map((shape): Case => [(x) => tf.onesLike(x), make(shape)])),
};
