import type * as tf from '@tensorflow/tfjs';

/**
 * A compression method as a transform of one weight variable: `forward` makes the effective value, with which the layer
 * computes, from the stored one, which the optimiser trains.
 *
 * | method | forward | backward |
 * |---|---|---|
 * | prune | mask ⊙ w | mask ⊙ g |
 * | share | centroid[index] | sum of g over each cluster |
 *
 * All functions are tfjs code: they run while tracing, and op by op outside.
 */
export interface Transform {
  /** In the paper's word: `prune`. */
  readonly name: string;
  /** The effective value of a stored one. */
  forward(stored: tf.Tensor): tf.Tensor;
  /** The gradient of the stored value, given that of the effective one. */
  backward(gradient: tf.Tensor, stored: tf.Tensor): tf.Tensor;
  /** What the optimiser's update leaves is replaced by this: a mask put on again after momentum, a clip. */
  settle?(stored: tf.Tensor): tf.Tensor;
  /** Masks, codes: what the transform holds besides the stored value. */
  readonly state: readonly tf.Variable[];
  /** A variable to train in place of the weights below it: the centroids of shared weights. */
  readonly stored?: tf.Variable;
}

/** Makes a transform for a weight of the given value: `parametrize(layer, 'kernel', prune({ density: 0.08 }))`. */
export type Method<T extends Transform = Transform> = (value: tf.Tensor, name: string) => T;
