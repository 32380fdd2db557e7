import * as tf from '@tensorflow/tfjs';
import { described } from '../system';

/** Models in the middle of a training. */
const training = new Set<tf.LayersModel>();

/** Runs `fn` while a model counts as being trained: until it is done, the model is refused everywhere else. */
export async function whileTraining<T>(model: tf.LayersModel, fn: () => Promise<T>): Promise<T> {
  training.add(model);
  try {
    return await fn();
  } finally {
    training.delete(model);
  }
}

/** Runs a user's hook, in which the model of a training may be used. */
export async function inHook<T>(model: tf.LayersModel, hook: () => T | Promise<T>): Promise<T> {
  training.delete(model);
  try {
    return await hook();
  } finally {
    training.add(model);
  }
}

/** @throws TypeError for what is no LayersModel, or one whose training still runs: scripts are not type-checked */
export function checkModel(where: string, model: unknown): asserts model is tf.LayersModel {
  if (model instanceof tf.LayersModel) {
    if (training.has(model)) throw new Error(`${where}: ${model.name} must not be in the middle of a training, but a fit of it is still running; write await fit(...)`);
    return;
  }
  const graph = (model as { constructor?: { name?: string } } | undefined)?.constructor?.name === 'GraphModel';
  throw new TypeError(`${where}: the model must be a tf.LayersModel, got ${described(model)}${(model as { getClassName?: unknown } | undefined)?.getClassName ? ", of another copy of @tensorflow/tfjs; import the one that squeezelab uses" : ''}${graph ? '; a graph model holds no layers to train or compress: convert the original as a layers model' : ''}`);
}
