import * as tf from '@tensorflow/tfjs';
import { checkModel } from './checkModel';

/** A weight of a layer: the place that the layer reads, whatever it holds. */
export type Weight = tf.layers.Layer['weights'][number];

/** A weight that compression methods apply to. */
export interface Kernel {
  /** Unique in the model: `fc1/kernel`, `lstm/recurrent_kernel`, `inner/conv/kernel` in a model within the model. */
  name: string;
  /** The layer that has it, or that wraps the one that has it. */
  layer: tf.layers.Layer;
  /** What the layer reads: `weight.read()` is the effective value. */
  weight: Weight;
}

/**
 * What compression methods apply to: the kernels of a model, depthwise, pointwise and recurrent ones too, and embeddings; those of models and layers within it in
 * their place, each once. Biases and what normalises are none.
 *
 * ```ts
 * import { kernels, key, lenet5 } from 'squeezelab';
 *
 * for (const { name, weight } of kernels(lenet5(key(1))).slice(1, 3)) console.log(name, weight.shape.join());
 * // => conv2/kernel 5,5,20,50
 * // => fc1/kernel 800,500
 * ```
 *
 * @param within what names begin with, as of a model in a model: `inner/`
 * @returns kernels `[inputs, units]` of dense layers, `[height, width, inputs, filters]` of convolutions, embeddings `[words, features]`
 */
export function kernels(model: tf.LayersModel, within = ''): Kernel[] {
  checkModel('kernels', model);
  const all = model.layers.flatMap((layer) =>
    layer instanceof tf.LayersModel
      ? kernels(layer, `${within}${layer.name}/`)
      : layer.weights.filter(({ originalName }) => /(kernel|embeddings)$/.test(originalName)).map((weight) => ({ name: within + weight.originalName, layer, weight })),
  );
  return all.filter(({ weight }, at) => all.findIndex((other) => other.weight === weight) === at);
}

/**
 * A layer's weight by its name: `kernel`, `bias`; or by a longer end of its name where several have that one, as in `forward_lstm/kernel`.
 *
 * @throws Error when the layer has no such weight, or several
 */
export function weightOf(layer: tf.layers.Layer, name: string): Weight {
  const found = layer.weights.filter(({ originalName }) => `/${originalName}`.endsWith(`/${name}`));
  if (found.length === 1) return found[0];
  const names = layer.weights.map(({ originalName }) => originalName.slice(originalName.indexOf('/') + 1)).join(', ');
  if (found.length > 1) throw new Error(`parametrize: ${layer.name} must have one weight ${name}, it has several; name one of ${names}, or take it from kernels(model)`);
  const none = layer.built ? `none at all (${layer.getClassName()}); kernels(model) lists what methods apply to` : 'none yet: build the model first';
  throw new Error(`parametrize: ${layer.name} has no weight ${name}, it has ${names || none}`);
}
