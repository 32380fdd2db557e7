import * as tf from '@tensorflow/tfjs';
import type { Key } from '../random';
import { assemble, conv3, layer, maxPool, normalize, relu } from './pieces';
import { initialize } from './initialize';

/** Convolutions of each stage (Simonyan & Zisserman 2015, table 1, column D). */
const STAGES = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]];

/**
 * VGG-16 for CIFAR: the thirteen 3×3 convolutions of Simonyan & Zisserman 2015, each with batch normalisation and ReLU, max pooling after each stage,
 * and one layer 512-10 in place of the paper's three, which ImageNet needs. 14,710,464 convolution weights. Takes images
 * `[batch, 32, 32, 3]` and returns logits `[batch, 10]`.
 *
 * @throws TypeError when `key` is no key
 */
export function vgg16(key: Key): tf.LayersModel {
  const stages = STAGES.flatMap((filters, stage) => [
    ...filters.flatMap((count, i) => {
      const name = `conv${stage + 1}_${i + 1}`;
      return [conv3(name, count), normalize(`${name}/norm`), relu(`${name}/relu`)];
    }),
    maxPool(`pool${stage + 1}`, 2),
  ]);
  const model = assemble('vgg-16', [32, 32, 3], ...stages, layer(tf.layers.flatten({ name: 'flat' })), layer(tf.layers.dense({ name: 'fc', units: 10 })));
  return initialize(model, key);
}
