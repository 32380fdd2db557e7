import * as tf from '@tensorflow/tfjs';

/** min(1, c / ‖g‖) for the norm of all gradients together (Pascanu et al. 2013): by what each is multiplied so that it is at most `norm`. */
export function clipScale(gradients: readonly tf.Tensor[], norm: number): tf.Tensor {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  return tf.minimum(1, tf.div(norm, tf.sqrt(tf.addN(squares))));
}
