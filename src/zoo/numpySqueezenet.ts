import type * as tf from '@tensorflow/tfjs';
import type { Standardization } from '../data';
import { floatsOf, readNpy, writeNpy } from '../formats';
import { FIRES, squeezenet } from '../models/squeezenet';
import { key } from '../random';
import { caffeConvolution, convolution, setLayers, tensorOf } from './caffe';

/** The pixels of MXNet's nets: ImageNet's mean taken off, divided by its standard deviation. */
export const mxnetPixels: Standardization = { mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225] };

/** The layers with weights, in the files' order. */
const layers = ['conv1', ...FIRES.flatMap((_, i) => ['squeeze1x1', 'expand1x1', 'expand3x3'].map((part) => `fire${i + 2}/${part}`)), 'conv10'];

const fileOf = (i: number, what: 'weight' | 'bias') => `squeezenet0_conv${i}_${what}.npy`;

/**
 * SqueezeNet 1.1 from MXNet's weights as 52 NumPy files, `squeezenet0_conv0_weight.npy` to `squeezenet0_conv25_bias.npy`. It takes images `[batch, 224, 224, 3]`, scaled by
 * `mxnetPixels`.
 *
 * @param read gives the bytes of a file
 * @throws FormatError when a file is no NumPy file, Error when its numbers do not fit the net
 */
export function numpySqueezenet(read: (file: string) => Uint8Array): tf.LayersModel {
  const model = squeezenet(key(0), { version: '1.1' });
  const part = (i: number, what: 'weight' | 'bias') => floatsOf(readNpy(read(fileOf(i, what))));
  setLayers(model, () => Object.fromEntries(layers.map((layer, i) => [layer, [convolution(part(i, 'weight')), part(i, 'bias').values]])));
  return model;
}

/** A SqueezeNet 1.1 as the 52 NumPy files that `numpySqueezenet` reads, by their names: kernels `[out, in, height, width]`. */
export function writeNumpySqueezenet(model: tf.LayersModel): Map<string, Uint8Array> {
  return new Map(
    layers.flatMap((layer, i): [string, Uint8Array][] => {
      const [kernel, bias] = model.getLayer(layer).getWeights();
      return [
        [fileOf(i, 'weight'), writeNpy(caffeConvolution(kernel))],
        [fileOf(i, 'bias'), writeNpy(tensorOf(bias))],
      ];
    }),
  );
}
