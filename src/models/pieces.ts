/** Pieces that several architectures are made of: functions from one symbolic tensor to the next. */
import * as tf from '@tensorflow/tfjs';
import { described } from '../system';

/** @throws RangeError for what is no whole number from `least` on: scripts are not type-checked */
export function checkCount(where: string, value: unknown, least = 1): void {
  if (!Number.isInteger(value) || (value as number) < least) throw new RangeError(`${where} must be a whole number from ${least}, got ${described(value)}`);
}

export type Piece = (x: tf.SymbolicTensor) => tf.SymbolicTensor;

/** The pieces one after the other. */
export const chain = (...pieces: Piece[]): Piece => (x) => pieces.reduce((value, piece) => piece(value), x);

/** A layer as a piece. */
export const layer = (made: tf.layers.Layer): Piece => (x) => made.apply(x) as tf.SymbolicTensor;

/** A 3×3 convolution that keeps the size (or halves it, `strides` 2). */
export const conv3 = (name: string, filters: number, { strides = 1, useBias = false } = {}): Piece =>
  layer(tf.layers.conv2d({ name, filters, kernelSize: 3, strides, padding: 'same', useBias, kernelInitializer: 'zeros' })); // drawn by `initialize`; a draw of tfjs' takes longer

/** Batch normalisation; momentum and ε as PyTorch's and most papers' (tfjs' own are 0.99 and 0.001). */
export const normalize = (name: string): Piece => layer(tf.layers.batchNormalization({ name, momentum: 0.9, epsilon: 1e-5 }));

export const relu = (name: string): Piece => layer(tf.layers.reLU({ name }));

export const maxPool = (name: string, poolSize: number, strides = poolSize): Piece => layer(tf.layers.maxPooling2d({ name, poolSize, strides }));

/** The model from an input of `shape` to what `pieces` make of it. */
export function assemble(name: string, shape: number[], ...pieces: Piece[]): tf.LayersModel {
  const input = tf.input({ shape, name: 'images' });
  return tf.model({ name, inputs: input, outputs: chain(...pieces)(input) });
}
