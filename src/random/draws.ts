/**
 * Random inputs of a training step. What is drawn while a step is traced would be in every step, so a layer or a transform of a weight says what it
 * needs (`draws`), the trainer draws it anew for each step from its key, and the owner asks for it here.
 */
import type * as tf from '@tensorflow/tfjs';
import { bernoulli, normal, uniform } from './draw';
import type { Key } from './key';
import { sizeOf } from '../system';

/** One random tensor: numbers of [0, 1), of the standard normal distribution, or bits that are 1 with `probability` (1/2 if left out). */
export interface Draw {
  shape: readonly number[];
  /** `uniform`: in [0, 1); `normal`: of mean 0 and standard deviation 1; `bits`: ones and zeros. */
  from: 'uniform' | 'normal' | 'bits';
  /** Of a one, for `bits`; 1/2 if left out. */
  probability?: number;
}

/** The values of `draw`, row-major: float32, of bits 0 and 1 in bytes. */
export function drawn({ shape, from, probability = 0.5 }: Draw, key: Key): Float32Array | Uint8Array {
  const size = sizeOf(shape);
  if (from === 'bits') return bernoulli(key, size, probability);
  return from === 'uniform' ? uniform(key, size) : normal(key, size);
}

let current: ReadonlyMap<object, readonly tf.Tensor[]> = new Map();

/** The tensors drawn for `owner` in the training step that is traced; undefined outside of one, where the deterministic form holds. */
export const drawsOf = (owner: object): readonly tf.Tensor[] | undefined => current.get(owner);

/** Runs `fn` with the draws of each owner at hand. */
export function withDraws<T>(draws: ReadonlyMap<object, readonly tf.Tensor[]>, fn: () => T): T {
  const before = current;
  current = draws;
  try {
    return fn();
  } finally {
    current = before;
  }
}
