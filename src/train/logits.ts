/** Nets end in logits here: a softmax at the end, as Keras saves nets, is left out while a loss, errors or soft targets are computed, for they take it themselves. */
import * as tf from '@tensorflow/tfjs';
import { sizeOf } from '../system';
import { withCalls } from './calls';

type Layer = tf.layers.Layer;
type Activated = Layer & { activation?: { getClassName(): string } };
/** Where a symbolic tensor comes from: the layer, which of its calls, which of that call's outputs. */
type Symbol = tf.SymbolicTensor & { sourceLayer: Layer; nodeIndex: number; tensorIndex: number };

/** They give on what they get, in inference. */
const PASSING = new Set(['Flatten', 'Reshape', 'Dropout', 'Permute', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout', 'ActivityRegularization', 'Masking']);

const activationOf = (layer: Layer): string | undefined => (layer as Activated).activation?.getClassName();

/** The layer whose softmax is a model's last step, or undefined for a model that ends in logits; models within models are gone into, from their last step on. */
export function softmaxOf(model: tf.LayersModel): Layer | undefined {
  return endOf((model.outputs as Symbol[])[0], model);
}

function endOf(output: Symbol, model: tf.LayersModel): Layer | undefined {
  let tensor = output;
  for (;;) {
    const { sourceLayer: layer } = tensor;
    const passes = PASSING.has(layer.getClassName()) || (layer.getClassName() === 'Activation' && activationOf(layer) === 'linear');
    if (!passes) break;
    const { inputTensors } = (layer.inboundNodes as unknown as { inputTensors: Symbol[] }[])[tensor.nodeIndex];
    if (inputTensors.length !== 1) return undefined;
    [tensor] = inputTensors;
  }
  let { sourceLayer: layer } = tensor;
  if (layer instanceof tf.LayersModel) {
    const inner = endOf((layer.outputs as Symbol[])[tensor.tensorIndex], layer);
    return inner && once(layer, model, inner);
  }
  const wrapped = (layer as Layer & { layer?: Layer }).layer;
  if (layer.getClassName() === 'TimeDistributed' && wrapped) layer = wrapped;
  if (layer.getClassName() !== 'Softmax' && activationOf(layer) !== 'softmax') return undefined;
  // A distribution for each of several places is no distribution over the classes.
  if (sizeOf(tensor.shape.slice(1, -1) as number[]) !== 1) return undefined;
  return once(tensor.sourceLayer, model, layer);
}

/** @throws Error when a model calls the layer with its last softmax elsewhere, too */
function once(called: Layer, model: tf.LayersModel, softmax: Layer): Layer {
  const nodes = Object.values((model as unknown as { nodesByDepth: Record<string, { outboundLayer: Layer }[]> }).nodesByDepth ?? {}).flat();
  const calls = nodes.filter(({ outboundLayer }) => outboundLayer === called).length;
  if (calls > 1) throw new Error(`logits: a model must end in logits, or in a softmax that is used once, got ${called.name} ${calls} times in ${model.name}; give the end a layer of its own`);
  return softmax;
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
