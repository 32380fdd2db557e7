import * as tf from '@tensorflow/tfjs';
import { foldIn, type Key, uniform } from '../random';

/** Names that tfjs numbers for itself, anew for each model: `conv2d_Conv2D7/kernel`. */
const NUMBERED = /_[A-Z]\w*\d+\//;

/**
 * Draws the kernels of a model from `key`, evenly in ±√(6 / (fan in + fan out)) (Glorot & Bengio 2010), and sets biases to
 * zero: tfjs' own initialisers draw from `Math.random`. Other weights (normalisation) keep their initial values.
 *
 * Each kernel has a key of its own, by its layer's name, or by its place where the layer was given none.
 */
export function initialize<M extends tf.LayersModel>(model: M, key: Key): M {
  model.layers.forEach((layer, i) =>
    layer.weights.forEach((weight, j) => {
      const { originalName } = weight;
      const { shape, size } = weight.read();
      if (originalName.endsWith('/bias')) tf.tidy(() => void weight.write(tf.zeros(shape)));
      if (!originalName.endsWith('kernel')) return;
      const [ins, outs] = shape.slice(-2);
      const window = size / (ins * outs);
      // A depthwise kernel, [height, width, in, multiplier], has one channel in for each out.
      const limit = Math.sqrt(6 / (window * ((originalName.endsWith('/depthwise_kernel') ? 1 : ins) + outs)));
      const drawn = uniform(foldIn(key, NUMBERED.test(originalName) ? `${i}/${j}` : originalName), size, { min: -limit, max: limit });
      tf.tidy(() => void weight.write(tf.tensor(drawn, shape)));
    }),
  );
  return model;
}
