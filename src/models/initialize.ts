import * as tf from '@tensorflow/tfjs';
import { foldIn, type Key, uniform } from '../random';

/**
 * Draws the kernels of a model from `key`, evenly in ±√(6 / (fan in + fan out)) (Glorot & Bengio 2010), and sets biases to
 * zero: tfjs' own initialisers draw from `Math.random`. Other weights (normalisation) keep their initial values.
 */
export function initialize<M extends tf.LayersModel>(model: M, key: Key): M {
  for (const layer of model.layers) {
    for (const weight of layer.weights) {
      const { shape, size } = weight.read();
      if (weight.originalName.endsWith('/bias')) tf.tidy(() => void weight.write(tf.zeros(shape)));
      if (!weight.originalName.endsWith('/kernel')) continue;
      const [fanIn, fanOut] = [shape.at(-2)!, shape.at(-1)!].map((channels) => channels * (size / (shape.at(-2)! * shape.at(-1)!)));
      const limit = Math.sqrt(6 / (fanIn + fanOut));
      const drawn = uniform(foldIn(key, weight.originalName), size, { min: -limit, max: limit });
      tf.tidy(() => void weight.write(tf.tensor(drawn, shape)));
    }
  }
  return model;
}
