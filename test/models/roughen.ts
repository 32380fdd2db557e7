import * as tf from '@tensorflow/tfjs';
import { foldIn, key, uniform } from '../../src/random';

/** Draws all but kernels too, biases, scales and statistics, so that one that is left out or folded wrongly shows. */
export function roughen<M extends tf.LayersModel>(model: M): M {
  for (const weight of model.weights.filter(({ originalName }) => !originalName.endsWith('kernel'))) {
    const { shape, size } = weight.read();
    const [min, max] = /gamma|variance/.test(weight.originalName) ? [0.5, 2] : [-0.3, 0.3];
    tf.tidy(() => void weight.write(tf.tensor(uniform(foldIn(key(50), weight.originalName), size, { min, max }), shape)));
  }
  return model;
}
