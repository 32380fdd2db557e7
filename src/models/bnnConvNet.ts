import * as tf from '@tensorflow/tfjs';
import type { Key } from '../random';
import { checkOptions } from '../system';
import { behind, BINARY_OPTIONS, type BinaryOptions, drawn } from './binary';
import { assemble, conv3, layer, maxPool, type Piece } from './pieces';

/** What a `bnnConvNet` may be told. */
export interface BnnConvNetOptions extends BinaryOptions {
  /** Times the paper's channels and units; 1 if left out, 1/4 for a quarter of them. */
  width?: number;
}

/**
 * The ConvNet that Courbariaux et al. 2016 binarize on CIFAR-10, its weights still floats: 2×128C3-MP2-2×256C3-MP2-2×512C3-MP2-2×1024FC-10, each layer without biases and followed by batch normalisation, the last one too, and by the sign between, pooling before
 * them; `parametrizeAll(model, binarize())` makes signs of its 14,022,016 weights. The authors' count of 14,029,726 parameters has scales, shifts, and ten biases that the last normalisation takes back. Takes images `[batch, 32, 32, 3]`, in the paper from −1 to 1, and returns `[batch, 10]`.
 *
 * @throws RangeError when a width leaves no whole number of channels
 * @throws TypeError when `key` is no key, or for an option that there is not
 */
export function bnnConvNet(key: Key, options: BnnConvNetOptions = {}): tf.LayersModel {
  checkOptions('bnnConvNet', options, [...BINARY_OPTIONS, 'width']);
  const { width = 1 } = options;
  const channels = [128, 128, 256, 256, 512, 512].map((count) => width * count);
  if (!(width > 0) || !Number.isInteger(channels[0])) throw new RangeError(`bnnConvNet: the width must be a multiple of 1/128, got ${width}; 1/4 gives 32, 64 and 128 channels`);
  const { normalized, activated } = behind('bnnConvNet', options);
  const convolutions = channels.flatMap((filters, i): Piece[] => {
    const name = `conv${i + 1}`;
    return [conv3(name, filters), ...(i % 2 ? [maxPool(`${name}/pool`, 2)] : []), normalized(name), activated(name)];
  });
  const dense = [1024 * width, 1024 * width, 10].flatMap((units, i): Piece[] => {
    const name = `fc${i + 1}`;
    return [layer(tf.layers.dense({ name, units, useBias: false, kernelInitializer: 'zeros' })), normalized(name), ...(i < 2 ? [activated(name)] : [])];
  });
  return drawn(assemble('bnn-convnet', [32, 32, 3], ...convolutions, layer(tf.layers.flatten({ name: 'flat' })), ...dense), key, options);
}
