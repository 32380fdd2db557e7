import type * as tf from '@tensorflow/tfjs';
import type { Split } from '../data';

/** What `evaluate` and `predict` take besides a LayersModel: images to logits, however they are computed. */
export interface Classifier {
  readonly name: string;
  /** Of an image. */
  readonly shape: readonly number[];
  readonly classes: number;
  /** The logits of each image of a split, `[count, classes]` in row-major order. */
  logits(split: Split, options?: { batch?: number }): Promise<Float32Array>;
}

export const isClassifier = (model: tf.LayersModel | Classifier): model is Classifier => typeof (model as Partial<Classifier> | undefined)?.logits === 'function';
