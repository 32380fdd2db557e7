import * as tf from '@tensorflow/tfjs';
import { customGradient, isTracing } from '../engine';
import type { Method, Transform } from './transform';

type LayerVariable = tf.layers.Layer['weights'][number];

/** The transforms of one weight, lowest first, over the variable that the layer was built with. */
class Stack {
  readonly transforms: Transform[] = [];
  readonly base: tf.Variable;
  private readonly read: LayerVariable['read'];
  private readonly write: LayerVariable['write'];
  private readonly dispose: LayerVariable['dispose'];
  /** The effective value outside a trace, and the dataIds of what it was made from. */
  private effective?: tf.Variable;
  private madeFrom: object[] = [];

  constructor(private readonly weight: LayerVariable) {
    this.base = weight.read() as tf.Variable;
    this.read = weight.read.bind(weight);
    this.write = weight.write.bind(weight);
    this.dispose = weight.dispose.bind(weight);
    weight.read = () => (isTracing() ? this.forward() : this.cached());
    weight.write = (value) => {
      if (this.stored !== this.base) {
        throw new Error(`${weight.originalName}: weights cannot be set through ${this.transforms.at(-1)!.name}; remove the transform or fold the model first`);
      }
      return this.write(value);
    };
    weight.dispose = () => {
      while (this.transforms.length) this.pop();
      this.dispose();
    };
  }

  /** The transforms above the stored variable, which are the ones in force. */
  get active(): Transform[] {
    return this.transforms.slice(Math.max(0, this.transforms.findLastIndex(({ stored }) => stored)));
  }

  get stored(): tf.Variable {
    return this.transforms.findLast(({ stored }) => stored)?.stored ?? this.base;
  }

  private forward(): tf.Tensor {
    return this.active.reduce<tf.Tensor>(
      (value, transform) =>
        customGradient(
          value,
          (stored, save) => {
            save(stored);
            return transform.forward(stored);
          },
          (gradient, stored) => transform.backward(gradient, stored),
        ),
      this.stored,
    );
  }

  /** The same variable at each call, so that reading leaks nothing; its value is made anew when its sources changed. */
  private cached(): tf.Variable {
    const sources = [this.stored, ...this.active.flatMap(({ state }) => state)].map(({ dataId }) => dataId);
    if (!this.effective || sources.some((id, i) => id !== this.madeFrom[i])) {
      tf.tidy(() => {
        const value = this.forward();
        if (this.effective) this.effective.assign(value);
        else this.effective = tf.variable(value, false);
      });
      this.madeFrom = sources;
    }
    return this.effective!;
  }

  settle(): void {
    const { stored } = this;
    for (const transform of this.active) if (transform.settle) tf.tidy(() => stored.assign(transform.settle!(stored)));
  }

  push(transform: Transform): void {
    this.transforms.push(transform);
    this.madeFrom = [];
  }

  /** Removes the topmost transform. What it made of its own variable stays in the weights below, unless those are shared too. */
  pop(): void {
    const transform = this.transforms.at(-1)!;
    const value = tf.clone(this.cached());
    this.transforms.pop();
    if (transform.stored && this.stored === this.base) this.base.assign(value);
    value.dispose();
    [transform.stored, ...transform.state].forEach((variable) => variable?.dispose());
    this.madeFrom = [];
    if (this.transforms.length) return;
    this.effective?.dispose();
    this.weight.read = this.read;
    this.weight.write = this.write;
    this.weight.dispose = this.dispose;
    stacks.delete(this.weight);
  }

  /** Bakes the effective value into the weight and removes every transform. */
  fold(): void {
    const value = tf.clone(this.cached());
    while (this.transforms.length) this.pop();
    this.base.assign(value);
    value.dispose();
  }
}

const stacks = new WeakMap<LayerVariable, Stack>();

/** What `parametrize` returns. */
export interface Handle<T extends Transform = Transform> {
  readonly transform: T;
  /** The variable that the optimiser trains; `layer.getWeights()` gives the effective value. */
  readonly stored: tf.Variable;
  /** Takes the transform off again; it must be the last one put on. */
  remove(): void;
}

function weightOf(layer: tf.layers.Layer, name: string): LayerVariable {
  const weight = layer.weights.find(({ originalName }) => originalName.endsWith(`/${name}`));
  if (weight) return weight;
  const names = layer.weights.map(({ originalName }) => originalName.split('/').at(-1)).join(', ');
  throw new Error(`parametrize: ${layer.name} has no weight ${name}, it has ${names || 'none yet: build the model first'}`);
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
 * From then on `predict`, `save` and `getWeights` give effective values, and training changes the stored ones.
 *
 * @throws Error when the layer has no such weight
 */
export function parametrize<T extends Transform>(layer: tf.layers.Layer, name: string, method: Method<T>): Handle<T> {
  const weight = weightOf(layer, name);
  const transform = method(weight.read(), weight.originalName);
  const stack = stacks.get(weight) ?? new Stack(weight);
  stacks.set(weight, stack);
  stack.push(transform);
  return {
    transform,
    get stored() {
      return stack.stored;
    },
    remove() {
      if (stack.transforms.at(-1) !== transform) {
        const last = stack.transforms.at(-1)?.name;
        throw new Error(`remove: ${transform.name} of ${weight.originalName} must be the last transform put on, but ${last ? `that is ${last}; remove it first` : 'it was removed before'}`);
      }
      stack.pop();
    },
  };
}

/** Every weight of a model that has transforms, with its stack. */
const parametrized = (model: tf.LayersModel): Stack[] => model.weights.flatMap((weight) => stacks.get(weight) ?? []);

/** The transforms in force on a layer's weight, lowest first. */
export const transformsOf = (layer: tf.layers.Layer, name: string): readonly Transform[] =>
  stacks.get(weightOf(layer, name))?.active ?? [];

/** The variables that an optimiser trains: a parametrized weight's stored value, any other trainable weight itself. */
export const trainable = (model: tf.LayersModel): tf.Variable[] =>
  model.trainableWeights.map((weight) => stacks.get(weight)?.stored ?? (weight.read() as tf.Variable));

/** All variables that make up a model's state: trained ones, masks, codes, statistics. */
export function variables(model: tf.LayersModel): tf.Variable[] {
  return model.weights.flatMap((weight) => {
    const stack = stacks.get(weight);
    return stack ? [stack.stored, ...stack.active.flatMap(({ state }) => state)] : [weight.read() as tf.Variable];
  });
}

/** The functions, names and numbers of a model's transforms as text, by which a checkpoint knows that one was edited. */
export const textsOf = (model: tf.LayersModel): string[] =>
  parametrized(model).flatMap(({ active }) => active.flatMap((transform) => Object.entries(transform).filter(([, part]) => typeof part !== 'object').map(String)));

/** Settles every transform of a model after the optimiser's update, in the same trace. */
export const settle = (model: tf.LayersModel): void => parametrized(model).forEach((stack) => stack.settle());

/** Bakes the effective values into the model's weights and removes all transforms: before saving elsewhere, after training. */
export const fold = (model: tf.LayersModel): void => parametrized(model).forEach((stack) => stack.fold());
