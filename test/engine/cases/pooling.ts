import * as tf from '@tensorflow/tfjs';
import { integers, key } from '../../../src/random';
import type { Case, Cases } from './case';
import { halves, indices, type Make, normals } from './draws';

type Pool = typeof tf.maxPool;
type Sizes = { shape: number[]; filter: number | [number, number]; strides: number | [number, number]; pad: 'valid' | 'same' | number };

const drawn = integers(key(32), 6 * 8, 1000);
const random: Sizes[] = Array.from({ length: 6 }, (_, i) => {
  const [batch, height, width, channels, tall, wide, down, across] = drawn.subarray(8 * i);
  return {
    shape: [1 + (batch % 3), 4 + (height % 6), 4 + (width % 6), 1 + (channels % 4)],
    filter: [1 + (tall % 3), 1 + (wide % 3)],
    strides: [1 + (down % 3), 1 + (across % 3)],
    pad: i % 2 ? 'same' : 'valid',
  };
});
const SIZES: Sizes[] = [
  { shape: [2, 8, 6, 3], filter: 2, strides: 2, pad: 'valid' },
  { shape: [2, 9, 8, 3], filter: 2, strides: 2, pad: 'valid' },
  { shape: [2, 9, 8, 3], filter: 3, strides: 2, pad: 'valid' },
  { shape: [2, 9, 8, 3], filter: 3, strides: 2, pad: 'same' },
  { shape: [2, 9, 8, 3], filter: 3, strides: 1, pad: 'same' },
  { shape: [1, 9, 8, 2], filter: 2, strides: 3, pad: 'valid' },
  { shape: [1, 9, 8, 2], filter: 1, strides: 2, pad: 'same' },
  { shape: [3, 5, 4, 2], filter: [5, 4], strides: 1, pad: 'valid' },
  { shape: [2, 7, 7, 1], filter: 3, strides: 2, pad: 1 },
  ...random,
];

const pooled = (pool: Pool, makers: Make[], sizes: Sizes[]): Case[] =>
  makers.flatMap((make) => sizes.map(({ shape, filter, strides, pad }): Case => [(x) => pool(x as tf.Tensor4D, filter, strides, pad), make(shape)]));

/** As Caffe pools: a last window that lies partly beyond the image. Of constants, for tfjs' gradients forget the rounding. */
const rounded = (pool: Pool): Case[] =>
  ([[[2, 5, 6, 2], 2, 'ceil'], [[2, 8, 8, 2], 3, 'ceil'], [[1, 5, 5, 2], 2, 'round']] as const).map(([shape, filter, mode]): Case => {
    const x = normals([...shape]) as tf.Tensor4D;
    return [() => pool(x, filter, 2, 0, mode), indices(2)([1])];
  });

/** The gradient by itself, whose own gradient tfjs does not have. */
const gradients = (cases: Case[]): Case[] =>
  cases.map(([fn, x]): Case => [(x, dy) => tf.cast(tf.grad((x) => fn(x))(x, dy), 'float32'), x, normals(fn(x).shape)]);

/** At a padded border tfjs divides the gradient of an average by the whole window: average-pooling.test.ts compares that with differences. */
const unpadded = SIZES.filter(({ pad }) => pad === 'valid');

export const pooling: Cases = {
  MaxPool: [...pooled(tf.maxPool, [normals, halves], SIZES), ...rounded(tf.maxPool)],
  MaxPoolGrad: gradients(pooled(tf.maxPool, [halves], SIZES.slice(0, 4))),
  AvgPool: [
    ...pooled(tf.avgPool, [normals], unpadded),
    ...rounded(tf.avgPool),
    ...SIZES.filter(({ pad }) => pad !== 'valid').map(({ shape, filter, strides, pad }): Case => {
      const x = normals(shape) as tf.Tensor4D;
      return [() => tf.avgPool(x, filter, strides, pad), indices(2)([1])];
    }),
  ],
  AvgPoolGrad: gradients(pooled(tf.avgPool, [normals], unpadded.slice(0, 3))),
};
