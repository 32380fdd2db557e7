import type * as tf from '@tensorflow/tfjs';
import type { Draw } from '../random';

/** A variable that the optimiser trains. */
export interface Trained {
  variable: tf.Variable;
  /** Times the learning rate; 1 if left out. */
  rateFactor?: number;
}

/**
 * A compression method as a transform of one weight: `forward` makes the effective value, with which the layer computes, from the value that lies
 * below, which the optimiser trains.
 *
 * | method | forward | trained |
 * |---|---|---|
 * | prune | mask ⊙ w | w |
 * | share | centroids[codes] | the centroids, instead of w |
 * | quantize | round(clip(w / s)) · s | w, and the step s |
 *
 * `forward` and `project` are tfjs code: they run while tracing, and op by op outside.
 */
export interface Transform {
  /** In the paper's word: `prune`. */
  readonly name: string;
  /** The effective value of the one below; its gradient is autograd's, so that rounding takes a quantizer. `draws` come in a training step alone: without, the deterministic form holds. */
  readonly forward: (value: tf.Tensor, ...draws: tf.Tensor[]) => tf.Tensor;
  /** Variables of its own that are trained: centroids, step sizes, scales. */
  readonly trained?: readonly Trained[];
  /** Times the learning rate of the weight below, where that is trained; 1 if left out. */
  readonly rateFactor?: number;
  /** They are trained in place of the weight, not besides it. Transforms below are then out of force. */
  readonly instead?: boolean;
  /** Random inputs of a training step, in the order in which `forward` takes them. */
  readonly draws?: readonly Draw[];
  /** Masks, codes: what it holds besides. */
  readonly state?: readonly tf.Variable[];
  /** What its own input becomes after each update: a clip, a mask again. One that is `forward` itself says that its input is then its output. */
  readonly project?: (value: tf.Tensor) => tf.Tensor;
  /** Called on the host between steps, with the training's progress from 0 to 1 and the value below: masks grow, groups freeze. It assigns to `state`. */
  readonly advance?: (progress: number, value: () => tf.Tensor) => void;
  /** The numbers that `advance` goes by, as text: by them a checkpoint knows its schedule. */
  readonly schedule?: string;
  /** How the effective value is stored in a packed file, where its repeated values do not say it. */
  readonly encode?: () => Encoding;
  /** A weight has one of this name: a later one takes its place, made from what the earlier one reads. */
  readonly single?: boolean;
}

/** A weight as shared values: `codebook[codes[i] − 1]`, and 0 where the code is 0. The codebook ascends and has no 0. */
export interface Encoding {
  /** `[clusters]`, ascending, none 0. */
  codebook: Float32Array;
  /** `[...shape]` of the weight, in C order. */
  codes: Uint8Array | Uint16Array;
}

/** Makes a transform for a weight of the given value `[...shape]` and name, which errors give: `parametrize(layer, 'kernel', prune({ density: 0.08 }))`. */
export type Method<T extends Transform = Transform> = (value: tf.Tensor, name: string) => T;
