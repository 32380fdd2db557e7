/**
 * Where code outside `compile` runs: tfjs' `cpu` backend, or `tensorflow` where a working tfjs-node is installed.
 * Importing this file chooses it.
 */
import * as tf from '@tensorflow/tfjs';

type DataId = tf.Tensor['dataId'];

void tf.setBackend(tf.engine().backendNames().includes('tensorflow') ? 'tensorflow' : 'cpu');
export const host = tf.backend();
(host as { firstUse?: boolean }).firstUse = false; // no banner that recommends tfjs-node

/** Buffers that a program will write again: a reader outside gets a copy, so what was read stays as it was. */
const reused = new WeakSet<DataId>();
export const markReused = (id: DataId): void => void reused.add(id);

const readSync = host.readSync.bind(host);
host.readSync = (id: DataId) => {
  const values = readSync(id);
  return reused.has(id) && ArrayBuffer.isView(values) ? (values as Float32Array).slice() : values;
};
host.read = (id: DataId) => Promise.resolve(host.readSync(id));
