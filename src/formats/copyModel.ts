import * as tf from '@tensorflow/tfjs';
import { checkModel } from '../weights/checkModel';
import { modelFromJSON } from './modelFromJSON';

/**
 * A copy of a model: its architecture, and its weights as it computes with them, without transforms. What is done to the one leaves the other as it was.
 *
 * ```ts
 * import { copyModel, key, mlp, parametrizeAll, prune } from 'squeezelab';
 *
 * const model = mlp(key(1), [4, 3, 2]);
 * const copy = await copyModel(model);
 * parametrizeAll(copy, prune({ density: 0.5 }));
 * console.log(model.getWeights()[0].dataSync().includes(0), copy.getWeights()[0].dataSync().includes(0)); // => false true
 * ```
 *
 * @throws TypeError when the model is no LayersModel
 * @throws Error when it has a layer that tfjs cannot make from JSON
 */
export async function copyModel(model: tf.LayersModel): Promise<tf.LayersModel> {
  checkModel('copyModel', model);
  const copy = await modelFromJSON(JSON.stringify(model.toJSON(null, false)), { weights: model.weights.length, values: model.countParams() });
  // Not by `setWeights`: a constraint could change the values.
  copy.weights.forEach((weight, i) => tf.tidy(() => (weight.read() as tf.Variable).assign(model.weights[i].read())));
  return copy;
}
