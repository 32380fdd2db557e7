import * as tf from '@tensorflow/tfjs';
import { foldIn, key, normal } from '../../src/random';

/** Two layers and their momenta, all drawn, and a step of gradient descent. */
export function network(seed: number) {
  const draw = (shape: number[], i: number) => tf.variable(tf.tensor(normal(foldIn(key(seed), i), tf.util.sizeFromShape(shape)), shape));
  const weights = [[4, 8], [8], [8, 3], [3]].map(draw);
  const momenta = weights.map((weight) => tf.variable(tf.zerosLike(weight)));
  const step = (x: tf.Tensor, labels: tf.Tensor): tf.Scalar => {
    const [w1, b1, w2, b2] = weights;
    const loss = () => {
      const hidden = tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, w1 as tf.Tensor2D), b1));
      const logits = tf.add(tf.matMul(hidden as tf.Tensor2D, w2 as tf.Tensor2D), b2);
      return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 3), logits).asScalar();
    };
    const { value, grads } = tf.variableGrads(loss, weights);
    weights.forEach((weight, i) => {
      momenta[i].assign(tf.add(tf.mul(momenta[i], 0.9), grads[weight.name]));
      weight.assign(tf.sub(weight, tf.mul(0.1, momenta[i])));
    });
    return value;
  };
  return { variables: [...weights, ...momenta], step };
}

export const X = tf.tensor2d(normal(key(1), 24), [6, 4]);
export const LABELS = tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32');
