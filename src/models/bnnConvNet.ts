import * as tf from '@tensorflow/tfjs';
import { HardTanh } from '../layers';
import type { Key } from '../random';
import { assemble, conv3, layer, maxPool, normalize, type Piece } from './pieces';
import { initialize } from './initialize';

const hardTanh = (name: string): Piece => layer(new HardTanh({ name }));

/**
 * The ConvNet that Courbariaux et al. 2016 binarise on CIFAR-10 (section 2.2), in full precision: 2×128C3-MP2-2×256C3-MP2-2×512C3-MP2-2×1024FC-10,
 * each layer followed by batch normalisation and hard tanh, pooling before them. 14,022,016 weights. Takes images `[batch, 32, 32, 3]` and
 * returns logits `[batch, 10]`.
 *
 * The paper normalises the ten outputs as well; here they are plain logits.
 *
 * @throws TypeError when `key` is no key
 */
export function bnnConvNet(key: Key): tf.LayersModel {
  const convolutions = [128, 128, 256, 256, 512, 512].flatMap((filters, i) => {
    const name = `conv${i + 1}`;
    return [conv3(name, filters, { useBias: true }), ...(i % 2 ? [maxPool(`${name}/pool`, 2)] : []), normalize(`${name}/norm`), hardTanh(`${name}/tanh`)];
  });
  const dense = [1, 2].flatMap((i) => [layer(tf.layers.dense({ name: `fc${i}`, units: 1024, kernelInitializer: 'zeros' })), normalize(`fc${i}/norm`), hardTanh(`fc${i}/tanh`)]);
  const model = assemble(
    'bnn-convnet',
    [32, 32, 3],
    ...convolutions,
    layer(tf.layers.flatten({ name: 'flat' })),
    ...dense,
    layer(tf.layers.dense({ name: 'fc3', units: 10 })),
  );
  return initialize(model, key);
}
