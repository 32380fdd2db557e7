import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../engine';

/** A loss of a batch: labels `[batch]` (int32 classes) and logits `[batch, classes]` to a scalar. */
export type Loss = (labels: tf.Tensor, logits: tf.Tensor) => tf.Scalar;

/**
 * The mean cross-entropy of softmax(logits) with the labels, in nats: mean over the batch of log Σ exp(z) − z[label].
 *
 * Its gradient is written out, (softmax(z) − onehot) / batch, in place of autograd's longer chain.
 */
export const crossEntropy: Loss = (labels, logits) =>
  customGradient<tf.Scalar>(
    logits,
    (z, save) => {
      const target = tf.oneHot(labels, z.shape.at(-1)!);
      const shifted = tf.sub(z, tf.max(z, -1, true));
      const exponentials = tf.exp(shifted);
      const sums = tf.sum(exponentials, -1, true);
      const losses = tf.sub(tf.log(sums), tf.sum(tf.mul(shifted, target), -1, true));
      save(tf.sub(tf.div(exponentials, sums), target));
      return tf.mean(losses);
    },
    (gradient, difference) => tf.mul(difference, tf.div(gradient, logits.shape[0])),
  );
