import * as tf from '@tensorflow/tfjs';
import type { Key } from '../random';
import { assemble, chain, conv3, layer, normalize, type Piece, relu } from './pieces';
import { initialize } from './initialize';

/** The shortcut where the size halves and the channels double (option A): every second pixel, and zeros for the new channels. */
const halved = (name: string, added: number): Piece =>
  chain(
    layer(tf.layers.averagePooling2d({ name: `${name}/every-second`, poolSize: 1, strides: 2 })),
    // Told that channels come first, the layer pads the last two axes: width, by nothing, and channels.
    layer(tf.layers.zeroPadding2d({ name: `${name}/zeros`, padding: [[0, 0], [0, added]], dataFormat: 'channelsFirst' })),
  );

const block = (name: string, filters: number, strides: number): Piece => (x) => {
  const path = chain(
    conv3(`${name}/conv1`, filters, { strides }),
    normalize(`${name}/norm1`),
    relu(`${name}/relu1`),
    conv3(`${name}/conv2`, filters),
    normalize(`${name}/norm2`),
  );
  const shortcut = strides > 1 ? halved(name, filters - x.shape.at(-1)!)(x) : x;
  const sum = tf.layers.add({ name: `${name}/sum` }).apply([path(x), shortcut]) as tf.SymbolicTensor;
  return relu(`${name}/relu2`)(sum);
};

/**
 * ResNet for CIFAR (He et al. 2016, section 4.2): depth 6 n + 2 (20, 32, 44, 56, 110); a 3×3 convolution, then three stages of n blocks with 16,
 * 32 and 64 channels, global average pooling, 64-10. Shortcuts are the paper's option A, without weights. Takes images
 * `[batch, 32, 32, 3]` and returns logits `[batch, 10]`.
 *
 * The paper draws weights as in He et al. 2015; here they are Glorot's, as in every model of this folder. Where the size halves, a 3×3 window reaches one pixel beyond the right
 * and lower border, as tfjs pads, and not beyond the left and upper one too.
 *
 * @throws RangeError when the depth is not 6 n + 2
 * @throws TypeError when `key` is no key
 */
export function resnet(key: Key, depth: number): tf.LayersModel {
  const blocks = (depth - 2) / 6;
  if (!Number.isInteger(blocks) || blocks < 1) throw new RangeError(`resnet: the depth must be 6 n + 2 for a whole n from 1 (20, 32, 44, 56, 110), got ${depth}`);
  const stages = [16, 32, 64].flatMap((filters, stage) =>
    Array.from({ length: blocks }, (_, i) => block(`stage${stage + 1}/block${i + 1}`, filters, stage > 0 && i === 0 ? 2 : 1)),
  );
  const model = assemble(
    `resnet-${depth}`,
    [32, 32, 3],
    conv3('conv1', 16),
    normalize('norm1'),
    relu('relu1'),
    ...stages,
    layer(tf.layers.globalAveragePooling2d({ name: 'pool', dataFormat: 'channelsLast' })),
    layer(tf.layers.dense({ name: 'fc', units: 10 })),
  );
  return initialize(model, key);
}
