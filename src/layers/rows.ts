import * as tf from '@tensorflow/tfjs';

/** All rows of a sequence below each other: `[steps, batch, features]` as `[steps · batch, features]`. */
export class Rows extends tf.layers.Layer {
  static readonly className = 'Rows';

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    return tf.reshape(x, [-1, x.shape[x.rank - 1]]);
  }

  override computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape {
    return [null, (shape as tf.Shape).slice(-1)[0]];
  }
}

tf.serialization.registerClass(Rows);
