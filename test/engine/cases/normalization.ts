import * as tf from '@tensorflow/tfjs';
import type { Case, Cases } from './case';
import { indices, normals, positives, shape } from './draws';
import { isTracing } from '../../../src/engine/backend';
import { normalizeBatch } from '../../../src/engine/normalize';

const channels = (shape: readonly number[]): number[] => [shape.at(-1)!];

type Vectors = tf.Tensor1D[];

const inference = (shape: number[]): Case[] => {
  const vectors = (): tf.Tensor[] => [normals(channels(shape)), positives(channels(shape))];
  const [x, ...statistics] = [normals(shape), ...vectors()];
  return [
    [
      (x, ...parameters) => {
        const [mean, variance, offset, scale] = parameters as Vectors;
        return tf.batchNorm(x as tf.Tensor4D, mean, variance, offset, scale, 1e-3);
      },
      normals(shape),
      ...vectors(),
      normals(channels(shape)),
      normals(channels(shape)),
    ],
    // Of constants: without a scale tfjs has no gradient.
    [() => tf.batchNorm(x as tf.Tensor4D, ...(statistics as [tf.Tensor1D, tf.Tensor1D])), indices(2)([1])],
  ];
};

/** In a trace our kernel, outside what tfjs composes. */
const training = (x: number[]): Case => [
  (x, gamma, beta) => {
    if (isTracing()) return normalizeBatch(x, gamma, beta, 1e-3).y;
    const { mean, variance } = tf.moments(x, [...Array(x.rank - 1).keys()]);
    return tf.batchNorm(x as tf.Tensor4D, mean as tf.Tensor1D, variance as tf.Tensor1D, beta as tf.Tensor1D, gamma as tf.Tensor1D, 1e-3);
  },
  normals(x),
  normals(channels(x)),
  normals(channels(x)),
];

const SHAPES = [[4, 5, 6, 3], [7, 3], [3, 1, 1, 4], [2, 3, 4], [5, 4, 1, 2], shape(4).map((size) => size + 1), shape(2).map((size) => size + 3)];

export const normalization: Cases = {
  FusedBatchNorm: SHAPES.flatMap(inference),
  NormalizeBatch: SHAPES.map(training),
  NormalizeBatchGrad: SHAPES.slice(0, 2).map((x): Case => {
    const [fn, ...inputs] = training(x);
    return [(x, gamma, beta, dy) => tf.cast(tf.grads((x, gamma, beta) => fn(x, gamma, beta))([x, gamma, beta], dy)[0], 'float32'), ...inputs, normals(x)];
  }),
};
