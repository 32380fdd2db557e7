import * as tf from '@tensorflow/tfjs';
import { checkKey, foldIn, type Key, uniform } from '../random';
import { checkOptions } from '../system';
import { checkModel } from '../weights/checkModel';

/** Names that tfjs numbers for itself, anew for each model: `conv2d_Conv2D7/kernel`. */
const NUMBERED = /_[A-Z]\w*\d+\//;

/**
 * Draws the kernels of a model from `key`, evenly in ±√(6 / (fan in + fan out)) (Glorot & Bengio 2010), and sets biases to
 * zero; embeddings evenly in ±0.05, as Keras does: tfjs' own initialisers draw from `Math.random`. For a net of one's own this is the call that makes the promise hold, the same keys, the same result. Other weights (normalisation) keep their initial values.
 *
 * Each kernel has a key of its own, by its layer's name, or by its place where the layer was given none or is a net itself. In a kernel `[...window, in, out]` the fans are in and out, each times the
 * size of the window (dense `[in, out]`, convolution `[height, width, in, out]`); a depthwise kernel `[height, width, in, multiplier]` has one channel in for each out.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { initialize, key } from 'squeezelab';
 *
 * const net = () => initialize(tf.sequential({ layers: [tf.layers.dense({ units: 10, inputShape: [784] })] }), key(1));
 * const [one, other] = [net(), net()].map((model) => model.getWeights()[0].dataSync().join());
 * console.log(one === other); // => true
 * ```
 *
 * @param options `limit`: draws kernels evenly in ± that, in place of Glorot's
 * @returns the model
 * @throws TypeError when `key` is no key, or for an option that there is not
 */
export function initialize<M extends tf.LayersModel>(model: M, key: Key, options: { limit?: number } = {}): M {
  checkModel('initialize', model);
  checkKey('initialize', key);
  checkOptions('initialize', options, ['limit']);
  model.layers.forEach((layer, i) => {
    const isNumbered = layer instanceof tf.LayersModel; // its layers' names may be those of others
    layer.weights.forEach((weight, j) => {
      const { originalName } = weight;
      const { shape, size } = weight.read();
      if (originalName.endsWith('/bias')) tf.tidy(() => void weight.write(tf.zeros(shape)));
      const write = (limit: number) => {
        const drawn = uniform(foldIn(key, isNumbered || NUMBERED.test(originalName) ? `${i}/${j}` : originalName), size, { min: -limit, max: limit });
        tf.tidy(() => void weight.write(tf.tensor(drawn, shape)));
      };
      if (originalName.endsWith('embeddings')) write(0.05);
      if (!originalName.endsWith('kernel')) return;
      const [ins, outs] = shape.slice(-2);
      const window = size / (ins * outs);
      // A depthwise kernel, [height, width, in, multiplier], has one channel in for each out.
      write(options.limit ?? Math.sqrt(6 / (window * ((originalName.endsWith('/depthwise_kernel') ? 1 : ins) + outs))));
    });
  });
  return model;
}
