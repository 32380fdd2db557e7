/** Whether a net's layers come back from JSON as they are: each is made anew one at a time, and its weights and the number of its outputs are compared; nothing is run. */
import * as tf from '@tensorflow/tfjs';
import '../layers';
import { camelCase, checkArchitecture } from './architecture';
import './wholeOptions';

export interface LayerJson {
  class_name: string;
  config: object;
}

type Weight = tf.layers.Layer['weights'][number];

const classes = tf.serialization.SerializationMap.getMap().classNameMap as unknown as Record<string, [cls: unknown, fromConfig: (cls: unknown, config: unknown) => tf.layers.Layer] | undefined>;

/**
 * @param layers the model's, as its `toJSON` lists them
 * @throws Error that names the first layer that would come back with other weights or outputs, or not at all, or has a number that JSON has not
 */
export function checkReadsBack(model: tf.LayersModel, layers: readonly LayerJson[]): void {
  model.layers.forEach((layer, i) => {
    try {
      JSON.stringify(layers[i], checkFinite);
      checkArchitecture(layers[i]);
      if (layer.getClassName() !== 'InputLayer') checkLayer(layer, layers[i]);
    } catch (error) {
      throw new Error(`${(error as Error).message} (layer ${layer.name}, ${layer.getClassName()})`, { cause: error });
    }
  });
}

function checkFinite(option: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`a ${option} of ${value}, which JSON does not have`);
  return value;
}

function checkLayer(layer: tf.layers.Layer, { class_name: name, config }: LayerJson): void {
  const [cls, fromConfig] = classes[name] ?? [];
  if (!fromConfig) throw new Error(`an unknown class ${name}; register it by tf.serialization.registerClass`);
  const [node] = layer.inboundNodes;
  const has = [...layer.weights.map(shown), `${node.outputTensors.length} outputs`];
  const gets = withZeroWeights(() => {
    const restored = fromConfig(cls, asRead(config));
    const inputs = node.inputTensors.map(({ shape, dtype }, i) => tf.input({ batchShape: [...shape], dtype, name: `${layer.name}_${i}` }));
    const outputs = [restored.apply(inputs.length > 1 ? inputs : inputs[0])].flat();
    return [...restored.weights.map(shown), `${outputs.length} outputs`];
  });
  const [lost, other] = [has.filter((weight) => !gets.includes(weight)), gets.filter((weight) => !has.includes(weight))];
  if (lost.length + other.length > 0) throw new Error(`${lost.join(', ') || 'no weight'} that its getConfig turns into ${other.join(', ') || 'nothing'}`);
}

const shown = ({ originalName, shape }: Weight): string => `${originalName} [${shape.join(', ')}]`;

/** Makes layers whose weights are zero, and disposes of them. */
function withZeroWeights<T>(make: () => T): T {
  const prototype = tf.layers.Layer.prototype as unknown as { addWeight: (name: string, shape: number[], dtype?: string, ...more: unknown[]) => Weight };
  const { addWeight } = prototype;
  const made: Weight[] = [];
  prototype.addWeight = function (name, shape, dtype, _initializer, ...more) {
    const weight = addWeight.call(this, name, shape, dtype, tf.initializers.zeros(), ...more);
    made.push(weight);
    return weight;
  };
  try {
    return make();
  } finally {
    prototype.addWeight = addWeight;
    for (const weight of made) weight.dispose();
  }
}

/** A configuration as tfjs reads it: keys and texts in camel case, but for the names of layers. */
function asRead(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return key === 'name' ? value : camelCase(value);
  if (Array.isArray(value)) return value.map((entry, i) => (i === 0 && typeof entry === 'string' && /^(inboundNodes|inputLayers|outputLayers)$/.test(key) ? entry : asRead(entry, key)));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [camelCase(name), asRead(entry, camelCase(name))]));
}
