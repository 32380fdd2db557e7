import type * as tf from '@tensorflow/tfjs';
import type { Standardization } from '../data';
import { lenet5 } from '../models';
import { key } from '../random';
import { convolution, dense, setLayers } from './caffe';
import { readFloats, type FloatPart } from '../formats/floats';

/** Caffe's LeNet divides pixels by 256: for the splits that its nets are measured on, `{ ...mnist.test, standardization: lenetPixels }`. */
export const lenetPixels: Standardization = { mean: [0], standardDeviation: [256 / 255] };

const part = (layer: string, shape: number[], before?: number[]): FloatPart[] => [
  { name: `${layer} weights`, shape, before },
  { name: `${layer} biases`, shape: [shape[0]] },
];

/** The parts of the file; `[0, -1]` is what flattens the maps: keep the batch, and all else in a row. */
export const lenet5Floats: readonly FloatPart[] = [
  ...part('conv1', [20, 1, 5, 5]),
  ...part('conv2', [50, 20, 5, 5]),
  ...part('ip1', [500, 800], [0, -1]),
  ...part('ip2', [10, 500]),
];

/**
 * LeNet-5 with the weights that Caffe trained, from a file of plain floats as OpenVINO's samples have it (`lenet.bin`, 1,724,336 bytes). It wants
 * pixels / 256, `lenetPixels`.
 *
 * @throws FormatError when the bytes are another file's
 */
export function caffeLenet5(bytes: Uint8Array): tf.Sequential {
  const tensors = readFloats(bytes, lenet5Floats);
  const weights = (layer: string) => tensors.get(`${layer} weights`)!;
  const biases = (layer: string) => tensors.get(`${layer} biases`)!.values;
  const model = lenet5(key(0));
  setLayers(model, () => ({
    conv1: [convolution(weights('conv1')), biases('conv1')],
    conv2: [convolution(weights('conv2')), biases('conv2')],
    fc1: [dense(weights('ip1'), [50, 4, 4]), biases('ip1')],
    fc2: [dense(weights('ip2')), biases('ip2')],
  }));
  return model;
}
