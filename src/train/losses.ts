import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../engine';

/** A loss of a batch: labels `[batch]` (int32 classes) and logits `[batch, classes]` to a scalar; and where `fit` is given targets, those `[batch, classes]`. */
export type Loss = (labels: tf.Tensor, logits: tf.Tensor, targets?: tf.Tensor) => tf.Scalar;

/**
 * The mean cross-entropy of softmax(logits) with distributions `targets` `[batch, classes]`, in nats: mean over the batch of log Σ exp(z) − Σ p z.
 * No gradient flows to the targets.
 *
 * Its gradient is written out, (softmax(z) − p) / batch, in place of autograd's longer chain.
 */
export const softCrossEntropy = (targets: tf.Tensor, logits: tf.Tensor): tf.Scalar =>
  customGradient<tf.Scalar>(
    logits,
    (z, save) => {
      const shifted = tf.sub(z, tf.max(z, -1, true));
      const exponentials = tf.exp(shifted);
      const sums = tf.sum(exponentials, -1, true);
      const losses = tf.sub(tf.log(sums), tf.sum(tf.mul(shifted, targets), -1, true));
      save(tf.sub(tf.div(exponentials, sums), targets));
      return tf.mean(losses);
    },
    (gradient, difference) => tf.mul(difference, tf.div(gradient, logits.shape[0])),
  );

/** The mean cross-entropy of softmax(logits) with the labels, in nats: mean over the batch of log Σ exp(z) − z[label]. */
export const crossEntropy: Loss = (labels, logits) => softCrossEntropy(tf.oneHot(labels, logits.shape.at(-1)!), logits);
