import * as tf from '@tensorflow/tfjs';

/**
 * Local response normalisation over neighbouring channels (Krizhevsky et al. 2012, section 3.3), with the numbers of Caffe's AlexNet:
 * y<sub>c</sub> = x<sub>c</sub> / (1 + 0.0001 / 5 · Σ x<sub>i</sub>²)<sup>0.75</sup> over the five channels i from c − 2 to c + 2 that there are, for x `[batch, height, width, channels]`, whose shape stays. The paper adds 2 in place of 1 and does not divide by 5.
 */
export class LocalResponseNormalization extends tf.layers.Layer {
  static readonly className = 'LocalResponseNormalization';

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    return tf.localResponseNormalization(x as tf.Tensor4D, 2, 1, 1e-4 / 5, 0.75);
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }
}

tf.serialization.registerClass(LocalResponseNormalization);
