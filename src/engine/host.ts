/**
 * Where code outside `compile` runs: tfjs' `cpu` backend, or `tensorflow` where a working tfjs-node is installed.
 * Importing this file chooses it.
 */
import * as tf from '@tensorflow/tfjs';

void tf.setBackend(tf.engine().backendNames().includes('tensorflow') ? 'tensorflow' : 'cpu');
export const host = tf.backend();
(host as { firstUse?: boolean }).firstUse = false; // no banner that recommends tfjs-node

/** Buffers that a program will write again: who reads one outside, or takes a slice of it, gets a copy that stays as it was. */
const reused = new WeakSet<ArrayBufferLike>();
const own = <T>(values: T): T => (ArrayBuffer.isView(values) && reused.has(values.buffer) ? ((values as unknown as Float32Array).slice() as T) : values);

const [readSync, write] = [host.readSync.bind(host), host.write.bind(host)];
host.readSync = (id) => own(readSync(id));
host.read = (id) => Promise.resolve(host.readSync(id));
host.write = (values, shape, dtype) => write(own(values), shape, dtype);

/** A tensor in a buffer that a program will write again. */
export function lend(values: tf.TypedArray, shape: number[], dtype: tf.DataType): tf.Tensor {
  reused.add(values.buffer);
  return tf.engine().makeTensorFromTensorInfo({ dataId: write(values, shape, dtype), shape, dtype }, host);
}
