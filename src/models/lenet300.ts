import * as tf from '@tensorflow/tfjs';
import type { Key } from '../random';
import { initialize } from './initialize';

/**
 * LeNet-300-100 (LeCun et al. 1998; Han et al. 2015, section 4.1): 784-300-100-10, ReLU between, 266,200 weights and 410
 * biases. Takes images `[batch, 784]` and returns logits `[batch, 10]`; the softmax is the loss's.
 *
 * @throws TypeError when `key` is no key
 */
export function lenet300(key: Key): tf.Sequential {
  const model = tf.sequential({
    name: 'lenet-300-100',
    layers: [
      tf.layers.dense({ name: 'fc1', inputShape: [784], units: 300, activation: 'relu' }),
      tf.layers.dense({ name: 'fc2', units: 100, activation: 'relu' }),
      tf.layers.dense({ name: 'fc3', units: 10 }),
    ],
  });
  return initialize(model, key);
}
