import * as tf from '@tensorflow/tfjs';

/**
 * Signs by a threshold a channel: what batch normalisation and a sign behind it come to (Courbariaux et al. 2016). Its weights are set, not trained: `foldNorms` makes them from a trained net.
 *
 * y = +1 where direction · (x − threshold) ≥ 0, else −1; `threshold` `[channels]`, `direction` `[channels]` of −1 and +1, for x `[...axes, channels]`, whose shape stays.
 */
export class Threshold extends tf.layers.Layer {
  static readonly className = 'Threshold';
  private threshold!: ReturnType<tf.layers.Layer['addWeight']>;
  private direction!: ReturnType<tf.layers.Layer['addWeight']>;

  override build(shape: tf.Shape | tf.Shape[]): void {
    const channels = (Array.isArray(shape[0]) ? shape[0] : (shape as tf.Shape)).at(-1)!;
    this.threshold = this.addWeight('threshold', [channels], 'float32', tf.initializers.zeros(), undefined, false);
    this.direction = this.addWeight('direction', [channels], 'float32', tf.initializers.ones(), undefined, false);
    super.build(shape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const up = tf.greaterEqual(tf.mul(this.direction.read(), tf.sub(x, this.threshold.read())), 0);
    return tf.sub(tf.mul(tf.cast(up, 'float32'), 2), 1);
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }
}

tf.serialization.registerClass(Threshold);
