/** Caffe's layouts in tfjs' order, and back. */
import * as tf from '@tensorflow/tfjs';
import type { FloatTensor } from '../formats/tensor';

/** The kernel of a convolution: from `[out, in, height, width]` to `[height, width, in, out]`. */
export const convolution = ({ shape, values }: FloatTensor): tf.Tensor => tf.transpose(tf.tensor(values, [...shape]), [2, 3, 1, 0]);

/** The kernel of a dense layer, from `[out, in]` to `[in, out]`. If it reads a convolution's maps, `[channels, height, width]`, its rows are put into the order `[height, width, channels]`. */
export const dense = ({ shape: [out, size], values }: FloatTensor, maps: [number, number, number] = [size, 1, 1]): tf.Tensor =>
  tf.reshape(convolution({ shape: [out, ...maps], values }), [size, out]);

/** Back: the kernel of a convolution, from `[height, width, in, out]` to `[out, in, height, width]`. */
export function caffeConvolution(kernel: tf.Tensor): FloatTensor {
  const turned = tf.transpose(kernel, [3, 2, 0, 1]);
  const stored = tensorOf(turned);
  turned.dispose();
  return stored;
}

/** Back: the kernel of a dense layer, from `[in, out]` to `[out, in]`, with the rows of maps put into the order `[channels, height, width]`. */
export function caffeDense(kernel: tf.Tensor, [channels, height, width]: [number, number, number] = [kernel.shape[0], 1, 1]): FloatTensor {
  const maps = tf.reshape(kernel, [height, width, channels, -1]);
  const { shape, values } = caffeConvolution(maps);
  maps.dispose();
  return { shape: [shape[0], channels * height * width], values };
}

/** A tensor's shape and its values in C order. */
export const tensorOf = (tensor: tf.Tensor): FloatTensor => ({ shape: tensor.shape, values: tensor.dataSync<'float32'>() });

/** Gives layers their kernels and biases, by name; what `layers` makes is disposed of. */
export const setLayers = (model: tf.LayersModel, layers: () => Record<string, [kernel: tf.Tensor, biases: Float32Array]>): void =>
  tf.tidy(() => Object.entries(layers()).forEach(([name, [kernel, biases]]) => model.getLayer(name).setWeights([kernel, tf.tensor1d(biases)])));
