/** Convolutional nets for images of 8×8 pixels in 2 channels, and a set of three classes, small enough for tfjs' cpu backend. */
import * as tf from '@tensorflow/tfjs';
import type { Split } from '../../src/data';
import { HardTanh } from '../../src/layers';
import { initialize } from '../../src/models';
import { foldIn, integers, type Key, key, normal } from '../../src/random';

export const SHAPE = [8, 8, 2];
const PIXELS = 128;

/** Images around three prototypes, far enough apart that a small net learns them. */
export function pictures(seed: Key, count: number): Split<Uint8Array> {
  const prototypes = integers(key(321), 3 * PIXELS, 256);
  const labels = Uint8Array.from(integers(foldIn(seed, 'labels'), count, 3));
  const noise = normal(foldIn(seed, 'noise'), PIXELS * count, { standardDeviation: 50 });
  const images = Uint8Array.from(noise, (value, i) => Math.min(255, Math.max(0, prototypes[PIXELS * labels[Math.floor(i / PIXELS)] + (i % PIXELS)] + value)));
  return { images, labels, count, shape: SHAPE };
}

/** The images at `indices` as a tensor `[batch, 8, 8, 2]`, and their classes. */
export function batchOf({ images, labels }: Split, indices: Iterable<number>): { x: tf.Tensor4D; y: tf.Tensor1D } {
  const chosen = [...indices];
  const pixels = chosen.flatMap((i) => Array.from(images.subarray(PIXELS * i, PIXELS * (i + 1)), (pixel) => pixel / 255));
  return { x: tf.tensor4d(pixels, [chosen.length, 8, 8, 2]), y: tf.tensor1d(chosen.map((i) => labels[i]), 'int32') };
}

export const logitsOf = (model: tf.LayersModel, split: Split): Float32Array =>
  tf.tidy(() => (model.predict(batchOf(split, split.labels.keys()).x) as tf.Tensor).dataSync<'float32'>());

/** A model from the images to three logits, by what makes them of the images. */
export function net(make: (images: tf.SymbolicTensor) => tf.SymbolicTensor, seed = key(7)): tf.LayersModel {
  const images = tf.input({ shape: SHAPE, name: 'images' });
  return initialize(tf.model({ name: 'small', inputs: images, outputs: make(images) }), seed);
}

/** What layers make of a value, one after the other. */
export const through = (x: tf.SymbolicTensor, ...layers: tf.layers.Layer[]): tf.SymbolicTensor => layers.reduce((value, layer) => layer.apply(value) as tf.SymbolicTensor, x);

/** The layers that turn any value into three logits. */
export const head = (x: tf.SymbolicTensor): tf.SymbolicTensor => through(x, ...(x.rank > 2 ? [tf.layers.flatten({ name: 'flat' })] : []), tf.layers.dense({ name: 'fc', units: 3 }));

/** One of nearly everything: 8×8 by convolution, normalisation, overlapping pooling, two paths added, two put together, dropout. */
export const mixedNet = (seed = key(7)): tf.LayersModel =>
  net((images) => {
    const { conv2d, batchNormalization, reLU, maxPooling2d, depthwiseConv2d, separableConv2d, averagePooling2d, globalAveragePooling2d, dropout, flatten } = tf.layers;
    const stem = through(images, conv2d({ name: 'conv', filters: 4, kernelSize: 3, padding: 'same' }), batchNormalization({ name: 'norm', momentum: 0.8 }), reLU({ name: 'relu' }), maxPooling2d({ name: 'max', poolSize: 3, strides: 2 }));
    const deep = through(stem, depthwiseConv2d({ name: 'deep', kernelSize: 3, padding: 'same' }), new HardTanh({ name: 'tanh' }));
    const added = tf.layers.add({ name: 'sum' }).apply([stem, deep]) as tf.SymbolicTensor;
    const apart = through(added, separableConv2d({ name: 'apart', filters: 3, kernelSize: 2, activation: 'relu' }), dropout({ name: 'drop', rate: 0.25 }));
    const pooled = through(added, averagePooling2d({ name: 'mean', poolSize: 2, strides: 1 }));
    const beside = tf.layers.concatenate({ name: 'beside' }).apply([apart, pooled]) as tf.SymbolicTensor;
    const flat = through(beside, flatten({ name: 'flat' }), tf.layers.dense({ name: 'hidden', units: 6 }), batchNormalization({ name: 'norm2' }), reLU({ name: 'relu2' }));
    const whole = through(beside, globalAveragePooling2d({ name: 'whole', dataFormat: 'channelsLast' }), dropout({ name: 'drop2', rate: 0.5 }));
    return through(tf.layers.concatenate({ name: 'both' }).apply([flat, whole]) as tf.SymbolicTensor, tf.layers.dense({ name: 'fc', units: 3 }));
  }, seed);
