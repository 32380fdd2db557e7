/** Nets end in logits here: a softmax at the end, as Keras saves nets, is left out while a loss, errors or soft targets are computed, for they take it themselves. */
import * as tf from '@tensorflow/tfjs';
import { withCalls } from './calls';

type Layer = tf.layers.Layer;
type Activated = Layer & { activation?: { getClassName(): string } };

/** They give on what they get. */
const PASSING = new Set(['Flatten', 'Reshape', 'Dropout', 'Permute']);

/** The layer whose softmax is a model's last step, or undefined for a model that ends in logits; models within models are gone into. */
export function softmaxOf(model: tf.LayersModel): Layer | undefined {
  let [{ sourceLayer: layer }] = model.outputs as (tf.SymbolicTensor & { sourceLayer: Layer })[];
  while (PASSING.has(layer.getClassName())) {
    const { input } = layer;
    if (Array.isArray(input)) return undefined;
    layer = (input as tf.SymbolicTensor & { sourceLayer: Layer }).sourceLayer;
  }
  if (layer instanceof tf.LayersModel) return softmaxOf(layer);
  const inner = (layer as Layer & { layer?: Layer }).layer;
  if (layer.getClassName() === 'TimeDistributed' && inner) layer = inner;
  return layer.getClassName() === 'Softmax' || (layer as Activated).activation?.getClassName() === 'softmax' ? layer : undefined;
}

/**
 * The logits of a model of images `[batch, ...shape]`, `[batch, classes]`: what it gives, or what its softmax gets where it ends in one.
 *
 * @throws Error when the layer with the softmax is used in other places of the model, too
 */
export function logitsOf(model: tf.LayersModel, x: tf.Tensor, { training }: { training: boolean }): tf.Tensor {
  const apply = () => model.apply(x, { training }) as tf.Tensor;
  const layer = softmaxOf(model);
  if (!layer) return apply();
  if (layer.inboundNodes.length > 1) throw new Error(`fit: a model must end in logits, or in a softmax that is used once, got ${layer.name} ${layer.inboundNodes.length} times in ${model.name}; give the end a layer of its own`);
  if (['Softmax', 'Activation'].includes(layer.getClassName())) return withCalls([layer], () => (inputs) => (Array.isArray(inputs) ? inputs[0] : inputs), apply);
  const activated = layer as Activated;
  const { activation } = activated;
  activated.activation = (tf.layers.activation({ activation: 'linear' }) as Activated).activation;
  try {
    return apply();
  } finally {
    activated.activation = activation;
  }
}
