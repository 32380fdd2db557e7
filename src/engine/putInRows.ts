import * as tf from '@tensorflow/tfjs';
import { isTracing } from './backend';

/**
 * `x` `[rows, columns]` with one element of each row replaced: that of row i in column `columns[i]` by `values[i]`. In a trace it is one kernel, which writes into `x` where nothing else reads it; the same by `tf.tensorScatterUpdate` copies all. It has no gradient.
 */
export function putInRows(x: tf.Tensor, columns: tf.Tensor, values: tf.Tensor): tf.Tensor {
  if (isTracing()) return tf.engine().runKernel('PutInRows', { x, columns, values }) as unknown as tf.Tensor;
  return tf.tensorScatterUpdate(x, tf.stack([tf.range(0, x.shape[0], 1, 'int32'), columns], 1), values);
}
