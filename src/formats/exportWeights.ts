import type * as tf from '@tensorflow/tfjs';
import { join } from 'node:path';
import { writeAtomic } from '../system';
import { checkModel } from '../weights/checkModel';
import { checkName } from './bytes';
import { writeNpy } from './npy';
import { writeSafetensors } from './safetensors';
import type { FloatTensor } from './tensor';

/** A model's effective weights by their names, as `predict` uses them. */
function weightsOf(where: string, model: tf.LayersModel, target: string): Map<string, FloatTensor> {
  checkModel(where, model);
  checkName(where, target);
  const weights = new Map<string, FloatTensor>();
  for (const weight of model.weights) {
    const { originalName: name, shape } = weight;
    if (weights.has(name)) throw new Error(`${where}: weights must have names of their own, got ${name} twice in ${model.name}; give the layers of the nets within it names of their own`);
    weights.set(name, { shape: shape as number[], values: Float32Array.from(weight.read().dataSync()) });
  }
  return weights;
}

/**
 * Writes a model's weights, as `predict` uses them, into a safetensors file, by their names (`fc1/kernel`) and in tfjs' order of axes: dense kernels `[in, out]`, convolutions `[height, width, in, out]`. PyTorch has them the other way round.
 *
 * @throws TypeError for what is no LayersModel; Error when two weights have one name
 */
export function exportSafetensors(model: tf.LayersModel, file: string): void {
  writeAtomic(file, writeSafetensors(weightsOf('exportSafetensors', model, file)));
}

/** The same as NumPy files in a folder, one a weight: `fc1.kernel.npy`. */
export function exportNpy(model: tf.LayersModel, folder: string): void {
  const weights = [...weightsOf('exportNpy', model, folder)].map(([name, tensor]) => [`${name.replaceAll('/', '.')}.npy`, tensor] as const);
  const files = weights.map(([file]) => file);
  const twice = files.find((file, i) => files.indexOf(file) < i);
  if (twice) throw new Error(`exportNpy: weights must have files of their own, got ${twice} twice in ${model.name}; give its layers other names`);
  for (const [file, tensor] of weights) writeAtomic(join(folder, file), writeNpy(tensor));
}
