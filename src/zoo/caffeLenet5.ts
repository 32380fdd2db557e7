import type * as tf from '@tensorflow/tfjs';
import type { Standardization } from '../data';
import { lenet5 } from '../models';
import { key } from '../random';
import { caffeConvolution, caffeDense, convolution, dense, setLayers, tensorOf } from './caffe';
import { readFloats, writeFloats, type FloatPart } from '../formats/floats';

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

/** The maps that ip1 reads: channels, height, width. */
const MAPS: [number, number, number] = [50, 4, 4];

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
    fc1: [dense(weights('ip1'), MAPS), biases('ip1')],
    fc2: [dense(weights('ip2')), biases('ip2')],
  }));
  return model;
}

/**
 * The bytes of a LeNet-5 as Caffe's is passed on: what `caffeLenet5` reads.
 *
 * @throws RangeError when the model is another net
 */
export function writeCaffeLenet5(model: tf.LayersModel): Uint8Array {
  const [conv1, conv2, ip1, ip2] = ['conv1', 'conv2', 'fc1', 'fc2'].map((name) => model.getLayer(name).getWeights());
  const parts = {
    conv1: [caffeConvolution(conv1[0]), tensorOf(conv1[1])],
    conv2: [caffeConvolution(conv2[0]), tensorOf(conv2[1])],
    ip1: [caffeDense(ip1[0], MAPS), tensorOf(ip1[1])],
    ip2: [caffeDense(ip2[0]), tensorOf(ip2[1])],
  };
  return writeFloats(new Map(Object.entries(parts).flatMap(([layer, [weights, biases]]) => [[`${layer} weights`, weights], [`${layer} biases`, biases]])), lenet5Floats);
}
