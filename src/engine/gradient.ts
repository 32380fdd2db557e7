import * as tf from '@tensorflow/tfjs';
import { sizeOf } from '../system';

type Save = (...tensors: tf.Tensor[]) => void;

/**
 * `forward(x)`, with a gradient of one's own in place of autograd's: `backward` gets the gradient of the result and the
 * tensors that `forward` saved, and returns the gradient of `x`.
 */
export const customGradient = <T extends tf.Tensor>(
  x: tf.Tensor,
  forward: (x: tf.Tensor, save: Save) => T,
  backward: (gradient: tf.Tensor, ...saved: tf.Tensor[]) => tf.Tensor,
): T => customGradients([x], ([x], save) => forward(x, save), (gradient, ...saved) => [backward(gradient, ...saved)]);

/** As `customGradient`, of several inputs: `backward` returns a gradient for each, in its shape. */
export function customGradients<T extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  forward: (inputs: readonly tf.Tensor[], save: Save) => T,
  backward: (gradient: tf.Tensor, ...saved: tf.Tensor[]) => tf.Tensor[],
): T {
  const op = tf.customGrad<T>((...given) => {
    const [operands, save] = [given.slice(0, -1) as tf.Tensor[], given.at(-1) as tf.GradSaveFunc];
    const value: tf.Tensor = forward(operands, (...tensors) => save(tensors));
    return {
      // Returned as it came, an input would be on autograd's tape as its own result, and its gradient would count twice.
      value: (operands.includes(value) ? tf.clone(value) : value) as T,
      gradFunc: (gradient: T, saved: tf.Tensor[]) => backward(gradient, ...saved),
    };
  });
  return op(...inputs);
}

/** tfjs has no gradient of `scatterND`; that of the updates is the result's at their places, for updates at one place add up. */
tf.registerGradient({
  kernelName: 'ScatterNd',
  inputsToSave: ['indices'],
  gradFunc: (dy, [indices]) => ({ updates: () => tf.gatherND(dy as tf.Tensor, indices.rank > 1 ? indices : tf.expandDims(indices, -1)) }),
});

/** tfjs' own makes a slice and a sum of each repetition, thousands of them for a layer normalisation of feature maps; here each axis is summed at once. */
tf.registerGradient({
  kernelName: 'Tile',
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attributes) => ({
    x: () => {
      const { reps } = attributes as unknown as { reps: number[] };
      let gradient = dy as tf.Tensor;
      reps.forEach((times, axis) => {
        if (times === 1) return;
        const { shape } = gradient;
        const own = x.shape[axis];
        const parts = tf.reshape(gradient, [sizeOf(shape.slice(0, axis)), times, own, sizeOf(shape.slice(axis + 1))]);
        gradient = tf.reshape(tf.sum(parts, 1), [...shape.slice(0, axis), own, ...shape.slice(axis + 1)]);
      });
      return gradient;
    },
  }),
});
