import type * as tf from '@tensorflow/tfjs';

/** A function of tensors that runs the kernel it stands under, and the tensors to give it. */
export type Case = readonly [fn: (...tensors: tf.Tensor[]) => tf.Tensor, ...inputs: tf.Tensor[]];

/** The cases of each kernel, by the kernel's name in tfjs. */
export type Cases = Record<string, Case[]>;
