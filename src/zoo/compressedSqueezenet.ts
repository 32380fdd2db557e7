import * as tf from '@tensorflow/tfjs';
import type { Standardization } from '../data';
import { FIRES, squeezenet } from '../models/squeezenet';
import { key } from '../random';
import { convolution, setLayers } from './caffe';
import { deepCompressedWeights, readDeepCompressed, type CompressedLayer, type DeepCompressed } from '../formats/deepCompressed';

/** The authors subtract the mean of ImageNet's pixels and do not scale: 123 of red, 117 of green, 104 of blue. */
export const squeezenetPixels: Standardization = { mean: [123 / 255, 117 / 255, 104 / 255], standardDeviation: [1 / 255, 1 / 255, 1 / 255] };

/** What the parts of a fire module are called in the authors' prototxt, and here. */
const parts: Record<string, string> = { conv1x1_1: 'squeeze1x1', conv1x1_2: 'expand1x1', conv3x3_2: 'expand3x3' };

const layer = (name: string, out: number, ins: number, size: number): CompressedLayer => ({ name, shape: [out, ins, size, size], bits: 8 });

/** The layers of SqueezeNet 1.0, named as in the authors' prototxt and in its order. */
export const squeezenetLayers: readonly CompressedLayer[] = [
  layer('conv1', 96, 3, 7),
  ...FIRES.flatMap(({ squeeze, expand1x1, expand3x3 }, i) => {
    const ins = i > 0 ? FIRES[i - 1].expand1x1 + FIRES[i - 1].expand3x3 : 96;
    const name = `fire${i + 2}`;
    return [layer(`${name}/conv1x1_1`, squeeze, ins, 1), layer(`${name}/conv1x1_2`, expand1x1, squeeze, 1), layer(`${name}/conv3x3_2`, expand3x3, squeeze, 3)];
  }),
  layer('conv10', 1000, 512, 1),
];

/**
 * SqueezeNet 1.0 from the file that its authors published (`compressed_SqueezeNet.net`, 675,763 bytes), and what the file holds of each layer. The net takes red,
 * green and blue, where theirs takes blue first, less the mean: `squeezenetPixels`.
 *
 * @throws FormatError when the bytes are another file's
 */
export function compressedSqueezenet(bytes: Uint8Array): { model: tf.LayersModel; layers: DeepCompressed[] } {
  const layers = readDeepCompressed(bytes, squeezenetLayers);
  const model = squeezenet(key(0), { border: true });
  setLayers(model, () =>
    Object.fromEntries(
      layers.map((read) => {
        const [module, part] = read.name.split('/');
        const kernel = convolution(deepCompressedWeights(read));
        return [part ? `${module}/${parts[part]}` : module, [module === 'conv1' ? tf.reverse(kernel, 2) : kernel, read.biases]];
      }),
    ),
  );
  return { model, layers };
}
