/** All transforms of a model at once. */
import type * as tf from '@tensorflow/tfjs';
import { checkModel } from './checkModel';
import type { Stack} from './stack';
import { stackOf } from './stack';
import type { Encoding, Trained, Transform } from './transform';
import { type Weight, weightOf } from './weight';

const stacksOf = (model: tf.LayersModel): Stack[] => model.weights.flatMap((weight) => stackOf(weight) ?? []);

/**
 * The transforms in force on a layer's weight, lowest first.
 *
 * @throws Error when the layer has no such weight, or several
 */
export const transformsOf = (layer: tf.layers.Layer, name: string): readonly Transform[] => stackOf(weightOf(layer, name))?.transforms ?? [];

/** Every transform in force, weight by weight, lowest first. */
export const allTransforms = (model: tf.LayersModel): Transform[] => stacksOf(model).flatMap(({ transforms }) => transforms);

/** The variable in which a weight is stored; undefined where something else is trained instead of it. */
export function storedWeight(weight: Weight): tf.Variable | undefined {
  const stack = stackOf(weight);
  if (!stack) return weight.read() as tf.Variable;
  return stack.transforms[0].instead ? undefined : stack.variables[0];
}

/** Whether the variable in which a weight is stored may be set to what the layer is to read: nothing is on it, or masks alone. */
export const isStored = (weight: Weight): boolean => stackOf(weight)?.isStored ?? true;

/** What an optimiser trains, with its factor of the learning rate: of a parametrized weight what its transforms say, any other trainable weight itself. */
export const trained = (model: tf.LayersModel): Trained[] => model.trainableWeights.flatMap((weight): Trained[] => stackOf(weight)?.trained() ?? [{ variable: weight.read() as tf.Variable }]);

/** The variables of `trained`. */
export const trainable = (model: tf.LayersModel): tf.Variable[] => trained(model).map(({ variable }) => variable);

/** All variables that make up a model's state: trained ones, masks, codes, statistics. */
export const variables = (model: tf.LayersModel): tf.Variable[] => model.weights.flatMap((weight) => stackOf(weight)?.variables ?? [weight.read() as tf.Variable]);

/** What every transform makes of its own input after the optimiser's update, in the same trace. */
export const project = (model: tf.LayersModel): void => stacksOf(model).forEach((stack) => stack.project());

/** Tells every transform how far the training is, from 0 to 1. */
export const advance = (model: tf.LayersModel, progress: number): void => stacksOf(model).forEach((stack) => stack.advance(progress));

/** Bakes the effective values into the model's weights and removes all transforms: before saving elsewhere, after training. What `predict` gives stays. */
export function strip(model: tf.LayersModel): void {
  checkModel('strip', model);
  stacksOf(model).forEach((stack) => stack.strip());
}

/** How a weight's effective value is stored, where its topmost transform says it. */
export const encodingOf = (weight: Weight): Encoding | undefined => stackOf(weight)?.transforms.at(-1)?.encode?.();
