import * as tf from '@tensorflow/tfjs';
import { described } from '../system';

/** @throws TypeError for what is no LayersModel: scripts are not type-checked */
export function checkModel(where: string, model: unknown): asserts model is tf.LayersModel {
  if (model instanceof tf.LayersModel) return;
  const graph = (model as { constructor?: { name?: string } } | undefined)?.constructor?.name === 'GraphModel';
  throw new TypeError(`${where}: the model must be a tf.LayersModel, got ${described(model)}${graph ? '; a graph model holds no layers to train or compress: convert the original as a layers model' : ''}`);
}
