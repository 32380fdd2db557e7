import * as tf from '@tensorflow/tfjs';

/** min(1, c / ‖g‖) for the norm of all gradients together: by what each is multiplied so that the norm is at most `norm`. */
export function clipScale(gradients: readonly tf.Tensor[], norm: number): tf.Tensor {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  return tf.minimum(1, tf.div(norm, tf.sqrt(tf.addN(squares))));
}

/** g · min(1, c / ‖g‖) for all gradients together (Pascanu et al. 2013): where the norm over all of them is above `norm`, each is scaled so that it is `norm`. */
export function clipByGlobalNorm(gradients: readonly tf.Tensor[], norm: number): tf.Tensor[] {
  const scale = clipScale(gradients, norm);
  return gradients.map((gradient) => tf.mul(gradient, scale));
}
