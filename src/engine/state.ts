/**
 * The buffers behind variables. Every variable that a program touches has a front buffer with its value and a spare one;
 * a run reads the fronts, fills the spares, and then each pair swaps. All programs share one pair a variable.
 */
import type * as tf from '@tensorflow/tfjs';
import type { DType } from './graph';
import { host, lend } from './host';
import { ARRAYS, type Buffer, bufferOf } from './runtime';

interface Buffers {
  dataId: tf.Tensor['dataId'];
  front: Buffer;
  spare?: Buffer;
}

const buffers = new WeakMap<tf.Variable, Buffers>();

function tensor(variable: tf.Variable, values: ArrayLike<number> | number): Buffer {
  const dtype = variable.dtype as DType;
  const array = typeof values === 'number' ? new ARRAYS[dtype](values) : ARRAYS[dtype].from(values);
  return bufferOf(dtype, array, variable.shape);
}

/** The buffer with the variable's value, copied anew when somebody assigned to it since the last run. */
function current(variable: tf.Variable): Buffers {
  if (variable.isDisposed) throw new Error(`program: the variable ${variable.name}, which was disposed, is needed; compile again without it`);
  let pair = buffers.get(variable);
  if (pair?.dataId !== variable.dataId) {
    pair = { dataId: variable.dataId, front: tensor(variable, variable.dataSync()), spare: pair?.spare };
    buffers.set(variable, pair);
  }
  return pair;
}

export const front = (variable: tf.Variable): Buffer => current(variable).front;

export function spare(variable: tf.Variable): Buffer {
  const pair = current(variable);
  return (pair.spare ??= tensor(variable, variable.size));
}

/** Makes the filled spare the variable's value, under a fresh dataId: a clone taken before keeps its values. */
export function swap(variable: tf.Variable): void {
  const pair = current(variable);
  const filled = spare(variable);
  const cloned = host.refCount(variable.dataId) > 1;
  const value = lend(filled.data as Float32Array, variable.shape, variable.dtype);
  variable.assign(value);
  value.dispose();
  buffers.set(variable, { dataId: variable.dataId, front: filled, spare: cloned ? undefined : pair.front });
}
