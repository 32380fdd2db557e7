import * as tf from '@tensorflow/tfjs';
import { checkKey, type Key } from '../random';
import { checkOptions, described } from '../system';
import { type Bypass, checkBypass, type Convolution, fire, type FireDesign, fires } from './fire';
import { initialize } from './initialize';
import { assemble, checkCount, layer, maxPool } from './pieces';

const DESIGN: FireDesign = { base: 128, increment: 128, every: 2, squeezeRatio: 0.125, share3x3: 0.5 };

/** fire2 to fire9 as the paper's table 1 has them. */
export const FIRES = fires('squeezenet', 8, DESIGN);

/** Pixels of an image's edge, filters of conv1 and their size, and the modules that a pooling follows. */
const VERSIONS = {
  '1.0': { edge: 227, filters: 96, kernelSize: 7, pooled: [4, 8] },
  '1.1': { edge: 224, filters: 64, kernelSize: 3, pooled: [3, 5] },
};

/** What a `squeezenet` may be told. */
export interface SqueezenetOptions {
  /** 1000 if left out. */
  classes?: number;
  /** `simple`: the inputs of fire3, 5, 7 and 9 are added to their outputs. `complex`: those of the others too, through 1×1 convolutions (section 6, figure 2). None if left out. */
  bypass?: Bypass;
  /** Pads conv10's 13×13 input by 1, as the authors' Caffe files of 1.0 do and the paper's table does not: it adds a border of ReLU(bias) to what is averaged. */
  border?: boolean;
  /** `1.0` if left out. */
  version?: keyof typeof VERSIONS;
  /** SR, squeeze channels for each expand channel, in (0, 1]; 0.125 if left out (section 5.2 tries up to 1). */
  squeezeRatio?: number;
  /** The part of the expand filters that are of 3×3, in (0, 1); 0.5 if left out (section 5.3). */
  share3x3?: number;
}

const convolution: Convolution = (name, filters, kernelSize) => layer(tf.layers.conv2d({ name, filters, kernelSize, padding: 'same', activation: 'relu', kernelInitializer: 'zeros' }));

/**
 * SqueezeNet 1.0 (Iandola et al. 2016, table 1): 1,248,424 parameters, 1,589,672 with complex bypass. Takes images `[batch, 227, 227, 3]` and returns logits `[batch, classes]`. Dropout of 0.5 follows fire9.
 *
 * `version: '1.1'` is the authors' later net, which computes 2.4 times less: conv1 is of 64 filters of 3×3, and fire3 and fire5 are pooled in place of fire4 and
 * fire8; 1,235,496 parameters, images `[batch, 224, 224, 3]`.
 *
 * @throws RangeError for an unknown version or bypass, or a ratio or share that is out of its range or leaves a module without filters of a kind
 * @throws TypeError when `key` is no key, or for an option that there is not
 */
export function squeezenet(key: Key, options: SqueezenetOptions = {}): tf.LayersModel {
  checkKey('squeezenet', key);
  checkOptions('squeezenet', options, ['classes', 'bypass', 'border', 'version', 'squeezeRatio', 'share3x3']);
  const { classes = 1000, bypass, border = false, version = '1.0', squeezeRatio = DESIGN.squeezeRatio, share3x3 = DESIGN.share3x3 } = options;
  if (!Object.hasOwn(VERSIONS, version)) throw new RangeError(`squeezenet: the version must be ${Object.keys(VERSIONS).join(' or ')}, got ${described(version)}`);
  const { edge, filters, kernelSize, pooled } = VERSIONS[version];
  checkBypass('squeezenet', bypass);
  checkCount('squeezenet: the classes', classes);
  const modules = fires('squeezenet', FIRES.length, { ...DESIGN, squeezeRatio, share3x3 }).flatMap((channels, i) => {
    const module = fire(`fire${i + 2}`, channels, convolution, bypass);
    return pooled.includes(i + 2) ? [module, maxPool(`pool${i + 2}`, 3, 2)] : [module];
  });
  const model = assemble(
    'squeezenet',
    [edge, edge, 3],
    layer(tf.layers.conv2d({ name: 'conv1', filters, kernelSize, strides: 2, activation: 'relu' })),
    maxPool('pool1', 3, 2),
    ...modules,
    layer(tf.layers.dropout({ name: 'drop9', rate: 0.5 })),
    ...(border ? [layer(tf.layers.zeroPadding2d({ name: 'border', padding: 1 }))] : []),
    layer(tf.layers.conv2d({ name: 'conv10', filters: classes, kernelSize: 1, activation: 'relu' })),
    layer(tf.layers.globalAveragePooling2d({ name: 'pool10', dataFormat: 'channelsLast' })),
  );
  return initialize(model, key);
}
