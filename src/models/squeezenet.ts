import * as tf from '@tensorflow/tfjs';
import type { Key } from '../random';
import { assemble, layer, maxPool, type Piece } from './pieces';
import { initialize } from './initialize';
import { checkOptions, described } from '../system';

/** Squeeze to `squeeze` channels by 1×1, then expand to `expand` by 1×1 and as many by 3×3 beside them. */
const fire = (name: string, squeeze: number, expand: number, bypass: boolean): Piece => (x) => {
  const conv = (part: string, filters: number, kernelSize: number): Piece =>
    layer(tf.layers.conv2d({ name: `${name}/${part}`, filters, kernelSize, padding: 'same', activation: 'relu' }));
  const squeezed = conv('squeeze1x1', squeeze, 1)(x);
  const parts = [conv('expand1x1', expand, 1)(squeezed), conv('expand3x3', expand, 3)(squeezed)];
  const expanded = tf.layers.concatenate({ name: `${name}/concat` }).apply(parts) as tf.SymbolicTensor;
  return bypass ? (tf.layers.add({ name: `${name}/bypass` }).apply([x, expanded]) as tf.SymbolicTensor) : expanded;
};

/** Squeeze and expand channels of fire2 to fire9 (table 1). */
export const FIRES = [[16, 64], [16, 64], [32, 128], [32, 128], [48, 192], [48, 192], [64, 256], [64, 256]];

/** Pixels of an image's edge, filters of conv1 and their size, and the modules that a pooling follows. */
const VERSIONS = {
  '1.0': { edge: 227, filters: 96, kernelSize: 7, pooled: [4, 8] },
  '1.1': { edge: 224, filters: 64, kernelSize: 3, pooled: [3, 5] },
};

/**
 * SqueezeNet 1.0 (Iandola et al. 2016, table 1): 1,248,424 parameters. Takes images `[batch, 227, 227, 3]` and returns logits `[batch, classes]`.
 *
 * `version: '1.1'` is the authors' later net, which computes 2.4 times less: conv1 is of 64 filters of 3×3, and fire3 and fire5 are pooled in place of fire4 and
 * fire8; 1,235,496 parameters, images `[batch, 224, 224, 3]`. `bypass` adds each of fire3, 5, 7 and 9's input to its output (section 6, simple bypass: no parameters).
 * Dropout of 0.5 follows fire9. `border` pads conv10's 13×13 input by 1, as the authors' Caffe files of 1.0 do and the paper's table does not: it adds a border of
 * ReLU(bias) to what is averaged. Left out, there are 1000 classes, no bypass and no border.
 *
 * @throws TypeError when `key` is no key, or for an option that there is not
 */
export function squeezenet(key: Key, options: { classes?: number; bypass?: boolean; border?: boolean; version?: keyof typeof VERSIONS } = {}): tf.LayersModel {
  checkOptions('squeezenet', options, ['classes', 'bypass', 'border', 'version']);
  const { classes = 1000, bypass = false, border = false, version = '1.0' } = options;
  if (!Object.hasOwn(VERSIONS, version)) throw new RangeError(`squeezenet: the version must be ${Object.keys(VERSIONS).join(' or ')}, got ${described(version)}`);
  const { edge, filters, kernelSize, pooled } = VERSIONS[version];
  const fires = FIRES.flatMap(([squeeze, expand], i) => {
    const number = i + 2;
    const module = fire(`fire${number}`, squeeze, expand, bypass && number % 2 === 1);
    return pooled.includes(number) ? [module, maxPool(`pool${number}`, 3, 2)] : [module];
  });
  const model = assemble(
    'squeezenet',
    [edge, edge, 3],
    layer(tf.layers.conv2d({ name: 'conv1', filters, kernelSize, strides: 2, activation: 'relu' })),
    maxPool('pool1', 3, 2),
    ...fires,
    layer(tf.layers.dropout({ name: 'drop9', rate: 0.5 })),
    ...(border ? [layer(tf.layers.zeroPadding2d({ name: 'border', padding: 1 }))] : []),
    layer(tf.layers.conv2d({ name: 'conv10', filters: classes, kernelSize: 1, activation: 'relu' })),
    layer(tf.layers.globalAveragePooling2d({ name: 'pool10', dataFormat: 'channelsLast' })),
  );
  return initialize(model, key);
}
