import * as tf from '@tensorflow/tfjs';
import { LocalResponseNormalization } from '../layers';
import { checkKey, type Key } from '../random';
import { checkOptions } from '../system';
import { initialize } from './initialize';
import { assemble, checkCount, layer, maxPool, type Piece } from './pieces';

const convolution = (name: string, filters: number, kernelSize: number, strides = 1): Piece =>
  layer(tf.layers.conv2d({ name, filters, kernelSize, strides, padding: strides > 1 ? 'valid' : 'same', activation: 'relu', kernelInitializer: 'zeros' }));

/** Half of the channels. Told that channels come first, the layer crops the last two axes: width, by nothing, and channels. */
const half = (name: string, which: 0 | 1): Piece => (x) => {
  const left = x.shape.at(-1)! / 2;
  return layer(tf.layers.cropping2D({ name, cropping: [[0, 0], which ? [left, 0] : [0, left]], dataFormat: 'channelsFirst' }))(x);
};

/** Convolutions of two groups: each sees half of the channels alone. */
const inTwo = (from: string, ...layers: [name: string, filters: number, size: number][]): Piece => (x) => {
  const parts = ([0, 1] as const).map((which) => layers.reduce((value, [name, filters, size]) => convolution(`${name}/group${which + 1}`, filters / 2, size)(value), half(`${from}/half${which + 1}`, which)(x)));
  return tf.layers.concatenate({ name: `${layers.at(-1)![0]}/concat` }).apply(parts) as tf.SymbolicTensor;
};

const normalized = (name: string): Piece => layer(new LocalResponseNormalization({ name }));

const dense = (name: string, units: number, activation?: 'relu'): Piece => layer(tf.layers.dense({ name, units, activation, kernelInitializer: 'zeros' }));

/**
 * AlexNet (Krizhevsky et al. 2012) as Caffe has it, the net that Deep Compression and SqueezeNet measure by: 60,965,224 parameters. Takes images `[batch, 227, 227, 3]` and returns logits `[batch, classes]`, 1000 if left out.
 *
 * conv2, conv4 and conv5 are of two groups, each of which sees half of the channels: they are layers of their own here, `conv2/group1` and so on. Dropout of 0.5 follows fc6 and fc7.
 *
 * @throws TypeError when `key` is no key, or for an option that there is not
 */
export function alexnet(key: Key, options: { classes?: number } = {}): tf.LayersModel {
  checkKey('alexnet', key);
  checkOptions('alexnet', options, ['classes']);
  const { classes = 1000 } = options;
  checkCount('alexnet: the classes', classes);
  const model = assemble(
    'alexnet',
    [227, 227, 3],
    convolution('conv1', 96, 11, 4),
    normalized('norm1'),
    maxPool('pool1', 3, 2),
    inTwo('pool1', ['conv2', 256, 5]),
    normalized('norm2'),
    maxPool('pool2', 3, 2),
    convolution('conv3', 384, 3),
    inTwo('conv3', ['conv4', 384, 3], ['conv5', 256, 3]),
    maxPool('pool5', 3, 2),
    layer(tf.layers.flatten({ name: 'flat' })),
    dense('fc6', 4096, 'relu'),
    layer(tf.layers.dropout({ name: 'drop6', rate: 0.5 })),
    dense('fc7', 4096, 'relu'),
    layer(tf.layers.dropout({ name: 'drop7', rate: 0.5 })),
    dense('fc8', classes),
  );
  return initialize(model, key);
}
