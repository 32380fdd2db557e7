import * as tf from '@tensorflow/tfjs';
import type { Key } from '../random';
import { initialize } from './initialize';

/**
 * LeNet-5 as Caffe has it (LeCun et al. 1998; Han et al. 2015, section 4.1): 20 convolutions 5×5, max pooling 2×2, 50 convolutions
 * 5×5, max pooling 2×2, 800-500-10 with ReLU between; 430,500 weights and 580 biases. Takes images `[batch, 28, 28, 1]` and returns
 * logits `[batch, 10]`; the softmax is the loss's.
 *
 * LeCun's own net of that name was another: 6 and 16 maps, trained subsampling, radial basis functions at its end.
 *
 * @throws TypeError when `key` is no key
 */
export function lenet5(key: Key): tf.Sequential {
  const model = tf.sequential({
    name: 'lenet-5',
    layers: [
      tf.layers.conv2d({ name: 'conv1', inputShape: [28, 28, 1], filters: 20, kernelSize: 5 }),
      tf.layers.maxPooling2d({ name: 'pool1', poolSize: 2, strides: 2 }),
      tf.layers.conv2d({ name: 'conv2', filters: 50, kernelSize: 5 }),
      tf.layers.maxPooling2d({ name: 'pool2', poolSize: 2, strides: 2 }),
      tf.layers.flatten({ name: 'flat' }),
      tf.layers.dense({ name: 'fc1', units: 500, activation: 'relu' }),
      tf.layers.dense({ name: 'fc2', units: 10 }),
    ],
  });
  return initialize(model, key);
}
