import * as tf from '@tensorflow/tfjs';

/**
 * `forward(x)`, with a gradient of one's own in place of autograd's: `backward` gets the gradient of the result and the
 * tensors that `forward` saved, and returns the gradient of `x`.
 */
export function customGradient<T extends tf.Tensor>(
  x: tf.Tensor,
  forward: (x: tf.Tensor, save: (...tensors: tf.Tensor[]) => void) => T,
  backward: (gradient: tf.Tensor, ...saved: tf.Tensor[]) => tf.Tensor,
): T {
  const op = tf.customGrad<T>((...inputs) => {
    const [input, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    const value: tf.Tensor = forward(input, (...tensors) => save(tensors));
    return {
      // Returned as it came, the input would be on autograd's tape as its own result, and its gradient would count twice.
      value: (value === input ? tf.clone(value) : value) as T,
      gradFunc: (gradient: T, saved: tf.Tensor[]) => backward(gradient, ...saved),
    };
  });
  return op(x);
}

/** tfjs has no gradient of `scatterND`; that of the updates is the result's at their places, for updates at one place add up. */
tf.registerGradient({
  kernelName: 'ScatterNd',
  inputsToSave: ['indices'],
  gradFunc: (dy, [indices]) => ({ updates: () => tf.gatherND(dy as tf.Tensor, indices.rank > 1 ? indices : tf.expandDims(indices, -1)) }),
});
