import * as tf from '@tensorflow/tfjs';
import type { Case, Cases } from './case';
import { halves, ints, normals, shape } from './draws';

type Resize = (images: tf.Tensor4D, size: [number, number], alignCorners?: boolean, halfPixelCenters?: boolean) => tf.Tensor;
type Size = [number, number];

const SIZES: [number[], Size][] = [
  [[1, 3, 3, 2], [6, 6]],
  [[1, 4, 4, 3], [2, 3]],
  [[1, 5, 5, 1], [7, 4]],
  [[1, 4, 4, 2], [1, 1]],
  [[1, 1, 1, 2], [3, 2]],
  ...[shape(3), shape(3), shape(3)].map(([size, channels, to]): [number[], Size] => [[1, size, size, channels], [to + 1, 2 * to]]),
];

/** One square image, for tfjs' gradients mix up height and width, or the images: resize.test.ts has others, and half pixels. */
const resizes = (resize: Resize): Case[] => [
  // Of one pixel with aligned corners, tfjs' gradient of the nearest neighbour never ends.
  ...SIZES.flatMap(([shape, size]) => (shape[1] > 1 ? [false, true] : [false]).map((corners): Case => [(x) => resize(x as tf.Tensor4D, size, corners), normals(shape)])),
  ...SIZES.map(([shape, size]): Case => [(x) => resize(x as tf.Tensor4D, size, false, true), ints(shape)]),
  [(x) => resize(x as tf.Tensor4D, [5, 3]), ints([2, 3, 7, 2])],
];

/** A gradient by itself, of which tfjs has no gradient. */
const gradients = (cases: Case[]): Case[] =>
  cases.filter(([, x]) => x.dtype === 'float32').map(([fn, x]): Case => [(x, dy) => tf.cast(tf.grad((x) => fn(x))(x, dy), 'float32'), x, normals(fn(x).shape)]);

const neighbours: Case[] = [
  [(x) => tf.localResponseNormalization(x as tf.Tensor4D), normals([2, 3, 4, 7])],
  [(x) => tf.localResponseNormalization(x as tf.Tensor4D, 2, 2, 1e-4, 0.75), normals([2, 3, 4, 12])],
  [(x) => tf.localResponseNormalization(x as tf.Tensor4D, 1, 1, 0.5, 0.75), normals([1, 2, 2, 5])],
  [(x) => tf.localResponseNormalization(x as tf.Tensor4D, 0), normals([1, 2, 2, 3])],
  [(x) => tf.localResponseNormalization(x as tf.Tensor3D, 3), halves([2, 3, 4])],
  ...[shape(4), shape(4)].map((sizes): Case => [(x) => tf.localResponseNormalization(x as tf.Tensor4D, 1, 0.5, 2, 0.25), normals(sizes)]),
];

export const images: Cases = {
  ResizeBilinear: resizes(tf.image.resizeBilinear),
  ResizeBilinearGrad: gradients(resizes(tf.image.resizeBilinear)).slice(0, 5),
  ResizeNearestNeighbor: resizes(tf.image.resizeNearestNeighbor),
  ResizeNearestNeighborGrad: gradients(resizes(tf.image.resizeNearestNeighbor)).slice(0, 5),
  DepthToSpace: [
    [(x) => tf.depthToSpace(x as tf.Tensor4D, 2), normals([2, 3, 4, 8])],
    [(x) => tf.depthToSpace(x as tf.Tensor4D, 3), normals([1, 2, 1, 18])],
    ...[shape(4), shape(4)].map(([batch, height, width, depth]): Case => [(x) => tf.depthToSpace(x as tf.Tensor4D, 2), normals([batch, height, width, 4 * depth])]),
  ],
  LRN: neighbours,
  LRNGrad: gradients(neighbours),
};
