/** Which weights are as tfjs drew them, from `Math.random`: the same keys cannot give the same result then. */
import * as tf from '@tensorflow/tfjs';
import { stackOf } from './stack';
import type { Weight } from './weight';

/** What tfjs drew for a weight, by the tensor's data; another one once somebody has set it. */
const drawn = new WeakMap<Weight, object>();

interface Layer {
  addWeight(name: string, shape: unknown, dtype?: string, initializer?: Partial<{ getClassName(): string; seed: number | null; getConfig(): { seed?: number | null } }>, ...more: unknown[]): Weight;
}

const RANDOM = /^(Random|Truncated|VarianceScaling|Glorot|He[A-Z]|LeCun|Orthogonal)/;
const layer = tf.layers.Layer.prototype as unknown as Layer;
const addWeight = layer.addWeight; // eslint-disable-line @typescript-eslint/unbound-method -- called with the layer below
layer.addWeight = function (name, shape, dtype, initializer, ...more) {
  const weight = addWeight.call(this, name, shape, dtype, initializer, ...more);
  const random = RANDOM.test(initializer?.getClassName?.() ?? '') && (initializer?.seed ?? initializer?.getConfig?.().seed ?? null) === null;
  if (random) drawn.set(weight, weight.read().dataId);
  return weight;
};

/** The first weight of a model that is still as tfjs drew it. */
export const freshWeight = (model: tf.LayersModel): Weight | undefined => model.weights.find((weight) => drawn.has(weight) && drawn.get(weight) === (stackOf(weight)?.variables[0] ?? weight.read()).dataId);
