import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../engine';
import { putInRows } from '../engine/putInRows';

/** A loss of a batch: labels `[batch]` (int32 classes) and logits `[batch, classes]` to a scalar; and where `fit` is given targets, those `[batch, classes]`. */
export type Loss = (labels: tf.Tensor, logits: tf.Tensor, targets?: tf.Tensor) => tf.Scalar;

/**
 * The mean cross-entropy of softmax(logits) with distributions `targets` `[batch, classes]`, in nats: mean over the batch of log Σ exp(z) − Σ p z.
 * No gradient flows to the targets.
 *
 * Its gradient is written out, (softmax(z) − p) / batch, in place of autograd's longer chain.
 *
 * @param targets p `[batch, classes]`, rows that add up to 1
 * @param logits z `[batch, classes]`
 * @returns a scalar `[]`
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

/** The mean cross-entropy of softmax(logits) with the labels, in nats: mean over the batch of log Σ exp(z) − z[label], for labels `[batch]` (int32) and logits z `[batch, classes]`. */
export const crossEntropy: Loss = (labels, logits) => softCrossEntropy(tf.oneHot(labels, logits.shape.at(-1)!), logits);

/**
 * The mean squared hinge loss: mean over batch and classes of max(0, 1 − t z)², t = 1 for the label's class and −1 for others (the L2-SVM of Tang 2013, which Courbariaux et al. 2016, section 2, train with), for labels `[batch]` (int32) and outputs z `[batch, classes]`.
 */
export const squaredHinge: Loss = (labels, outputs) => {
  const targets = tf.sub(tf.mul(tf.oneHot(labels, outputs.shape.at(-1)!), 2), 1);
  return tf.mean(tf.square(tf.relu(tf.sub(1, tf.mul(targets, outputs)))));
};

/** The least probability whose logarithm is taken: 87 nats. */
const LEAST = 1.2e-38;

/**
 * `crossEntropy` for many classes, a vocabulary's words: labels `[rows]` (int32), logits `[rows, classes]`; it makes no row of zeros and a one for each label. The loss of a row is cut at 87 nats, its gradient, softmax(z) − onehot(label), is not.
 */
export const sparseCrossEntropy: Loss = (labels, logits) => {
  const [rows] = logits.shape;
  const places = tf.stack([tf.range(0, rows, 1, 'int32'), labels], 1);
  return customGradient<tf.Scalar>(
    logits,
    (z, save) => {
      const probabilities = tf.softmax(z);
      const own = tf.gatherND(probabilities, places);
      save(putInRows(probabilities, labels, tf.sub(own, 1)));
      return tf.neg(tf.mean<tf.Scalar>(tf.log(tf.maximum(own, LEAST))));
    },
    (gradient, difference) => tf.mul(difference, tf.mul(gradient, 1 / rows)),
  );
};
