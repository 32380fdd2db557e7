/** Caffe's layouts in tfjs' order. */
import * as tf from '@tensorflow/tfjs';
import type { FloatTensor } from '../formats/tensor';

/** The kernel of a convolution: from `[out, in, height, width]` to `[height, width, in, out]`. */
export const convolution = ({ shape, values }: FloatTensor): tf.Tensor => tf.transpose(tf.tensor(values, [...shape]), [2, 3, 1, 0]);

/** The kernel of a dense layer, from `[out, in]` to `[in, out]`. If it reads a convolution's maps, `[channels, height, width]`, its rows are put into the order `[height, width, channels]`. */
export const dense = ({ shape: [out, size], values }: FloatTensor, maps: [number, number, number] = [size, 1, 1]): tf.Tensor =>
  tf.reshape(convolution({ shape: [out, ...maps], values }), [size, out]);

/** Gives layers their kernels and biases, by name; what `layers` makes is disposed of. */
export const setLayers = (model: tf.LayersModel, layers: () => Record<string, [kernel: tf.Tensor, biases: Float32Array]>): void =>
  tf.tidy(() => Object.entries(layers()).forEach(([name, [kernel, biases]]) => model.getLayer(name).setWeights([kernel, tf.tensor1d(biases)])));
