import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../engine';

/** y = max(−1, min(1, x)); its gradient is 1 where |x| ≤ 1, the ends included, and 0 elsewhere (Courbariaux et al. 2016, eq. 4). */
export class HardTanh extends tf.layers.Layer {
  static readonly className = 'HardTanh';

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    return customGradient(
      input,
      (x, save) => {
        save(x);
        return tf.clipByValue(x, -1, 1);
      },
      (dy, x) => tf.mul(dy, tf.cast(tf.lessEqual(tf.abs(x), 1), 'float32')),
    );
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }
}

tf.serialization.registerClass(HardTanh);
