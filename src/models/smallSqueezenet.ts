import * as tf from '@tensorflow/tfjs';
import { checkKey, type Key } from '../random';
import { checkOptions } from '../system';
import { type Bypass, checkBypass, type Convolution, fire, type FireDesign, fires } from './fire';
import { initialize } from './initialize';
import { assemble, chain, checkCount, layer, maxPool, normalize, relu } from './pieces';

const DESIGN: FireDesign = { base: 32, increment: 32, every: 2, squeezeRatio: 0.125, share3x3: 0.5 };
/** fire2 to fire5; a pooling follows fire3. */
const MODULES = 4;
const POOLED = [3];

/** What a `smallSqueezenet` may be told. */
export interface SmallSqueezenetOptions extends Partial<FireDesign> {
  /** 10 if left out. */
  classes?: number;
  /** As in `squeezenet`: simple around fire2, 3 and 5, complex around fire4 too, whose channels alone are more. None if left out. */
  bypass?: Bypass;
}

const convolution: Convolution = (name, filters, kernelSize) =>
  chain(layer(tf.layers.conv2d({ name, filters, kernelSize, padding: 'same', useBias: false, kernelInitializer: 'zeros' })), normalize(`${name}/norm`), relu(`${name}/relu`));

/**
 * A SqueezeNet for images of 32×32, to try its design on (Iandola et al. 2016, section 5): a 3×3 convolution of 32 filters, pooling, fire2 and fire3, pooling, fire4 and fire5, 1×1 convolution to the classes and the mean of its map. The paper's section 5.1 names what `base`, `increment`, `every`,
 * `squeezeRatio` and `share3x3` mean; left out: 32, 32, 2, 1/8 and 1/2. Unlike in the paper's net batch normalisation follows each convolution but the last and those of a bypass. Takes images `[batch, 32, 32, 3]` and returns logits `[batch, classes]`.
 *
 * @throws RangeError for an unknown bypass, or a ratio or share that is out of its range or leaves a module without filters of a kind
 * @throws TypeError when `key` is no key, or for an option that there is not
 */
export function smallSqueezenet(key: Key, options: SmallSqueezenetOptions = {}): tf.LayersModel {
  checkKey('smallSqueezenet', key);
  checkOptions('smallSqueezenet', options, ['classes', 'bypass', ...Object.keys(DESIGN)]);
  const { classes = 10, bypass, ...design } = options;
  checkBypass('smallSqueezenet', bypass);
  checkCount('smallSqueezenet: the classes', classes);
  const modules = fires('smallSqueezenet', MODULES, { ...DESIGN, ...design }).flatMap((channels, i) => {
    const module = fire(`fire${i + 2}`, channels, convolution, bypass);
    return POOLED.includes(i + 2) ? [module, maxPool(`pool${i + 2}`, 2)] : [module];
  });
  const model = assemble(
    'small-squeezenet',
    [32, 32, 3],
    convolution('conv1', 32, 3),
    maxPool('pool1', 2),
    ...modules,
    layer(tf.layers.conv2d({ name: 'conv6', filters: classes, kernelSize: 1, kernelInitializer: 'zeros' })),
    layer(tf.layers.globalAveragePooling2d({ name: 'pool6', dataFormat: 'channelsLast' })),
  );
  return initialize(model, key);
}
