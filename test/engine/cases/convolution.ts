import * as tf from '@tensorflow/tfjs';
import { integers, key } from '../../../src/random';
import type { Case, Cases } from './case';
import { indices, normals } from './draws';

type Pad = 'valid' | 'same' | number | [[0, 0], [number, number], [number, number], [0, 0]];
interface Sizes {
  batch?: number;
  image: [number, number];
  channels: number;
  outputs: number;
  filter: [number, number];
  strides?: [number, number];
  pad?: Pad;
}

const drawn = integers(key(31), 8 * 40, 1000);
/** Sizes drawn at random, a third of all. */
const random: Sizes[] = Array.from({ length: 8 }, (_, i) => {
  const draws = drawn.subarray(40 * i);
  let at = 0;
  const from = (low: number, high: number): number => low + (draws[at++] % (high - low + 1));
  const filter: [number, number] = [from(1, 4), from(1, 4)];
  return {
    batch: from(1, 5),
    image: [from(filter[0], 9), from(filter[1], 9)],
    channels: from(1, 5),
    outputs: from(1, 6),
    filter,
    strides: [from(1, 3), from(1, 3)],
    pad: (['valid', 'same', [[0, 0], [from(0, 2), from(0, 2)], [from(0, 2), from(0, 2)], [0, 0]]] as const)[from(0, 2)] as Pad,
  };
});

/** Every way in which a gradient is written: narrow and wide, split along the height or not, in chunks, with blocks of channels and with images left over. tfjs takes long for it: padding makes its large images. */
const SIZES: Sizes[] = [
  { image: [8, 8], channels: 3, outputs: 4, filter: [3, 3], pad: 'same' },
  { image: [9, 7], channels: 2, outputs: 3, filter: [3, 2] },
  { image: [9, 7], channels: 2, outputs: 3, filter: [3, 3], strides: [2, 2], pad: 'same' },
  { image: [8, 8], channels: 16, outputs: 32, filter: [3, 3], pad: 'same' },
  { image: [8, 8], channels: 32, outputs: 16, filter: [3, 3], strides: [2, 2], pad: 'same' },
  { image: [5, 4], channels: 3, outputs: 16, filter: [2, 3], pad: 'same' },
  { image: [7, 7], channels: 4, outputs: 8, filter: [1, 1], strides: [2, 2], pad: 'same' },
  { image: [11, 10], channels: 3, outputs: 4, filter: [4, 3], strides: [3, 3] },
  { image: [6, 6], channels: 2, outputs: 2, filter: [3, 3], pad: 1 },
  { image: [5, 5], channels: 2, outputs: 2, filter: [2, 2], strides: [3, 3], pad: 'same' },
  { image: [4, 4], channels: 2, outputs: 2, filter: [1, 1], pad: 2 },
  { image: [6, 7], channels: 2, outputs: 3, filter: [3, 2], pad: [[0, 0], [2, 1], [0, 1], [0, 0]] },
  { image: [6, 5], channels: 64, outputs: 70, filter: [3, 3], pad: 'same' },
  { image: [6, 7], channels: 60, outputs: 64, filter: [3, 3], pad: [[0, 0], [6, 6], [5, 6], [0, 0]] },
  { image: [14, 13], channels: 7, outputs: 18, filter: [5, 5], batch: 3 },
  { image: [5, 4], channels: 16, outputs: 32, filter: [3, 3], pad: 'same', batch: 16 },
  { image: [9, 8], channels: 3, outputs: 16, filter: [3, 3], strides: [2, 2], pad: 'same', batch: 32 },
  { image: [9, 8], channels: 5, outputs: 16, filter: [3, 2], strides: [3, 2], batch: 16 },
  { image: [7, 8], channels: 4, outputs: 16, filter: [1, 1], strides: [2, 2], pad: 'same', batch: 16 },
  { image: [6, 5], channels: 2, outputs: 16, filter: [2, 4], pad: [[0, 0], [2, 0], [1, 3], [0, 0]], batch: 16 },
  { image: [5, 4], channels: 2, outputs: 16, filter: [2, 2], batch: 19 },
  { image: [99, 98], channels: 2, outputs: 2, filter: [3, 2], strides: [2, 1], pad: 'same', batch: 16 },
];

const shapes = ({ batch = 2, image, channels, outputs, filter }: Sizes): [number[], number[]] => [
  [batch, ...image, channels],
  [...filter, channels, outputs],
];

const conv2d = (sizes: Sizes): Case => {
  const [input, filter] = shapes(sizes);
  return [(x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, sizes.strides ?? 1, sizes.pad ?? 'valid'), normals(input), normals(filter)];
};

/** Rounding up, tfjs counts a last window that lies partly beyond the padding: of constants, for its gradients forget that. With unequal sides and padding by a number it counts by the height alone. */
const rounded: Case[] = [
  ...(['ceil', 'round', 'floor'] as const).map((mode): Case => {
    const [x, w] = [normals([2, 6, 5, 2]), normals([3, 3, 2, 3])] as [tf.Tensor4D, tf.Tensor4D];
    return [() => tf.conv2d(x, w, 2, 0, 'NHWC', 1, mode), indices(2)([1])];
  }),
  [(x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, [1, 3], 1), normals([1, 6, 3, 2]), normals([1, 3, 2, 2])],
];

/** Of constants, since tfjs refuses gradients of dilated convolutions. */
const dilated = (dilations: [number, number], pad: 'same' | 'valid'): Case => {
  const [x, w] = [normals([2, 9, 8, 2]), normals([3, 2, 2, 3])] as [tf.Tensor4D, tf.Tensor4D];
  return [() => tf.conv2d(x, w, 1, pad, 'NHWC', dilations), indices(2)([1])];
};

const channelsFirst: Case[] = ([1, 2] as const).map((stride): Case => [
  (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, 'same', 'NCHW'),
  normals([2, 3, 6, 5]),
  normals([3, 3, 3, 4]),
]);

const depthwise = ({ batch = 2, image, channels, outputs, filter, strides = [1, 1], pad = 'valid' }: Sizes): Case => [
  (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad),
  normals([batch, ...image, channels]),
  normals([...filter, channels, outputs]),
];

const DEPTHWISE: Sizes[] = [
  { image: [8, 8], channels: 3, outputs: 1, filter: [3, 3], pad: 'same' },
  { image: [7, 9], channels: 3, outputs: 1, filter: [3, 3], strides: [2, 2] },
  { image: [8, 8], channels: 2, outputs: 2, filter: [3, 2], strides: [2, 2], pad: 'same' },
  { image: [5, 6], channels: 16, outputs: 1, filter: [2, 3] },
  ...random.slice(0, 3).map((sizes) => ({ ...sizes, strides: [sizes.strides![0], sizes.strides![0]] as [number, number], pad: 'same' as const })),
];

const ACTIVATIONS = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const;
const fused = (convolve: typeof tf.fused.conv2d | typeof tf.fused.depthwiseConv2d, filter: number[]): Case[] =>
  ACTIVATIONS.flatMap((activation) =>
    [true, false].map((biased): Case => {
      const apply = (x: tf.Tensor, w: tf.Tensor, bias?: tf.Tensor) =>
        convolve({ x: x as tf.Tensor4D, filter: w as tf.Tensor4D, strides: 1, pad: 'same', bias, activation, leakyreluAlpha: 0.3 });
      const outputs = convolve === tf.fused.conv2d ? filter[3] : filter[2] * filter[3];
      return [apply, normals([2, 5, 6, filter[2]]), normals(filter), ...(biased ? [normals([outputs])] : [])];
    }),
  );

/** A filter's gradient by itself, of which tfjs has no gradient. */
const gradientOf = (sizes: Sizes, what: 'x' | 'filter', convolve: (sizes: Sizes) => Case): Case => {
  const [fn, x, w] = convolve(sizes);
  const dy = normals(fn(x, w).shape);
  return [(a, b, c) => tf.cast(tf.grads((p, q) => fn(p, q))([a, b], c)[what === 'x' ? 0 : 1], 'float32'), x, w, dy];
};

export const convolution: Cases = {
  Conv2D: [...[...SIZES, ...random].map(conv2d), ...channelsFirst, ...rounded, dilated([2, 2], 'same'), dilated([1, 3], 'valid')],
  FusedConv2D: fused(tf.fused.conv2d, [3, 2, 3, 4]),
  Conv2DBackpropInput: [
    ...([[1, 'same'], [2, 'same'], [2, 'valid'], [3, 'valid']] as const).map(([stride, pad]): Case => {
      const size = pad === 'same' ? 4 * stride : 3 * stride + 3;
      return [(x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, size, size, 5], stride, pad), normals([2, 4, 4, 3]), normals([3, 3, 5, 3])];
    }),
  ],
  Conv2DBackpropFilter: random.slice(0, 4).map((sizes) => gradientOf(sizes, 'filter', conv2d)),
  DepthwiseConv2dNative: DEPTHWISE.map(depthwise),
  FusedDepthwiseConv2D: fused(tf.fused.depthwiseConv2d, [3, 2, 3, 2]),
  DepthwiseConv2dNativeBackpropInput: DEPTHWISE.slice(0, 3).map((sizes) => gradientOf(sizes, 'x', depthwise)),
  DepthwiseConv2dNativeBackpropFilter: DEPTHWISE.slice(0, 3).map((sizes) => gradientOf(sizes, 'filter', depthwise)),
};
