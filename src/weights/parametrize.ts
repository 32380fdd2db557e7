import * as tf from '@tensorflow/tfjs';
import { described } from '../system';
import { checkModel } from './checkModel';
import { type Keep, Stack, stackOf } from './stack';
import type { Method, Transform } from './transform';
import { type Kernel, kernels, type Weight, weightOf } from './weight';

/** What `parametrize` returns. */
export interface Handle<T extends Transform = Transform> {
  /** What the method made: with `prune`, its mask. */
  readonly transform: T;
  /** The variables that the optimiser trains now, first the weight as it is stored, or what is trained instead of it; `layer.getWeights()` gives the effective value. */
  readonly trained: readonly tf.Variable[];
  /**
   * Takes the transform off again; it must be the last one put on. What stays in its place is the *effective* value, which the layer computed with until now, or the
   * *original*: what is stored below, untouched by this transform (of a trained mask the trained weights, of shared values the weights as they were before).
   */
  remove(options?: { keep: Keep }): void;
}

/**
 * Makes a layer read a weight through a transform. Transforms stack, so a pipeline is a sentence:
 *
 * ```ts
 * import { key, lenet300, parametrize, prune, share } from 'squeezelab';
 *
 * const layer = lenet300(key(0)).getLayer('fc1');
 * parametrize(layer, 'kernel', prune({ density: 0.08 }));
 * parametrize(layer, 'kernel', share({ bits: 6 }));
 * console.log(new Set(layer.getWeights()[0].dataSync()).size <= 64); // => true
 * ```
 *
 * From then on `predict`, `save` and `getWeights` give effective values, and training changes what is stored. A method of which a weight has only one, as `prune`,
 * takes the place of an earlier one. Instead of a layer and a name it takes a weight from `kernels(model)`.
 *
 * @throws Error when the layer has no such weight, or the transform could not be trained there: it must make float32 in the weight's shape `[...shape]`, and let a gradient through
 * @throws TypeError when the layer is no layer, or the method no function; and what the method throws
 */
export function parametrize<T extends Transform>(layer: tf.layers.Layer, name: string, method: Method<T>): Handle<T>;
export function parametrize<T extends Transform>(kernel: Kernel, method: Method<T>): Handle<T>;
export function parametrize<T extends Transform>(...given: [tf.layers.Layer, string, Method<T>] | [Kernel, Method<T>]): Handle<T> {
  const isKernel = given.length === 2 && typeof given[0] === 'object' && given[0] !== null && 'weight' in given[0];
  if (!isKernel && !(given[0] instanceof tf.layers.Layer)) throw new TypeError(`parametrize: the layer must be one of a model's, model.getLayer('fc1'), got ${described(given[0])}`);
  const [weight, method] = given.length === 2 ? [given[0].weight, given[1]] : [weightOf(given[0], given[1]), given[2]];
  return prepare(weight, method).put();
}

/** A transform that is made and found fit, to be put on or given up. */
function prepare<T extends Transform>(weight: Weight, method: Method<T>): { put: () => Handle<T>; drop: () => void } {
  if (typeof method !== 'function') throw new TypeError(`parametrize: the method must be what prune({ density: 0.1 }), share({ bits: 5 }) and the like make, got ${described(method)}`);
  const stack = stackOf(weight) ?? new Stack(weight);
  const { transform, put, drop } = stack.prepare(method);
  const handle: Handle<T> = {
    transform,
    get trained() {
      return stack.trained().map(({ variable }) => variable);
    },
    remove: ({ keep } = { keep: 'effective' }) => stack.remove(transform, keep),
  };
  return { put: () => (put(), handle), drop };
}

/**
 * Puts methods on many weights in one call: one method on every kernel (`kernels(model)`), or one for each name or pattern. A name is a layer's or, as in `kernels`, a weight's;
 * `*` stands for any characters; of several that match, the first holds, and what none matches is left alone.
 *
 * ```ts
 * import { globalThreshold, key, lenet300, parametrizeAll, prune } from 'squeezelab';
 *
 * const model = lenet300(key(0));
 * parametrizeAll(model, { fc1: prune({ density: 0.08 }), 'fc*': prune({ density: 0.2 }) });
 * parametrizeAll(model, prune({ threshold: globalThreshold(model, { density: 0.1 }) })); // one threshold over all layers
 * ```
 *
 * Returns a handle for each weight, by its name. All are put on, or, when one is refused, none.
 *
 * @throws RangeError when the model has no kernels, or a pattern matches none
 * @throws TypeError when the model is no LayersModel, or a method no function; and what `parametrize` throws
 */
export function parametrizeAll<T extends Transform>(model: tf.LayersModel, methods: Method<T> | Record<string, Method<T>>): Record<string, Handle<T>> {
  checkModel('parametrizeAll', model);
  if (typeof methods !== 'function' && (typeof methods !== 'object' || methods === null)) throw new TypeError(`parametrizeAll: the method must be what prune({ density: 0.1 }) and the like make, or such methods by layer, got ${described(methods)}`);
  const all = kernels(model);
  if (!all.length) throw new RangeError(`parametrizeAll: ${model.name} must have kernels or embeddings, got ${model.weights.map(({ originalName }) => originalName).join(', ') || 'no weights'}`);
  const patterns = Object.entries(typeof methods === 'function' ? { '*': methods } : methods);
  const chosen = all.map((kernel) => patterns.find(([pattern]) => matches(pattern, kernel)));
  const idle = patterns.find((one) => !all.some((kernel) => matches(one[0], kernel)));
  if (idle) throw new RangeError(`parametrizeAll: a pattern must match a layer or a weight, got ${idle[0]}; there are ${all.map(({ name }) => name).join(', ')}`);
  const prepared = new Map<string, ReturnType<typeof prepare<T>>>();
  try {
    all.forEach(({ name, weight }, i) => {
      const method = chosen[i]?.[1];
      if (method) prepared.set(name, prepare(weight, method));
    });
  } catch (error) {
    prepared.forEach(({ drop }) => drop());
    throw error;
  }
  return Object.fromEntries([...prepared].map(([name, { put }]) => [name, put()]));
}

function matches(pattern: string, { name, layer }: Kernel): boolean {
  const expression = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  return expression.test(name) || expression.test(layer.name) || expression.test(name.slice(0, name.lastIndexOf('/')));
}

/** What methods make of a value, the first one lowest, without a weight to put them on: to see what they would do. */
export function through(value: tf.Tensor, name: string, methods: readonly Method[]): tf.Tensor {
  return tf.tidy(() =>
    methods.reduce((below, method) => {
      const transform = method(below, name);
      const made = transform.forward(below);
      [...(transform.trained ?? []).map(({ variable }) => variable), ...(transform.state ?? [])].forEach((variable) => variable.dispose());
      return made;
    }, value),
  );
}
