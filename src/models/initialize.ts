import * as tf from '@tensorflow/tfjs';
import { foldIn, type Key, uniform } from '../random';

/**
 * Draws the kernels of a model from `key`, evenly in ±√(6 / (fan in + fan out)) (Glorot & Bengio 2010), and sets biases to
 * zero: tfjs' own initialisers draw from `Math.random`. Other weights (normalisation) keep their initial values.
 */
export function initialize<M extends tf.LayersModel>(model: M, key: Key): M {
  for (const layer of model.layers) {
    for (const weight of layer.weights) {
      const value = weight.read();
      if (weight.originalName.endsWith('/bias')) weight.write(tf.zerosLike(value));
      if (!weight.originalName.endsWith('/kernel')) continue;
      const { shape, size } = value;
      const [fanIn, fanOut] = [shape.at(-2)!, shape.at(-1)!].map((channels) => channels * (size / (shape.at(-2)! * shape.at(-1)!)));
      const limit = Math.sqrt(6 / (fanIn + fanOut));
      const drawn = tf.tensor(uniform(foldIn(key, weight.originalName), size, { min: -limit, max: limit }), shape);
      weight.write(drawn);
      drawn.dispose();
    }
  }
  return model;
}
