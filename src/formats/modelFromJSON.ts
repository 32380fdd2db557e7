import * as tf from '@tensorflow/tfjs';
import '../layers';
import { checkArchitecture } from './architecture';
import { sizeOf } from '../system';

const LONGEST_MESSAGE = 300;

/**
 * The net of a tfjs architecture in JSON, its weights zero. It may come from anybody: nothing is drawn, nothing is fetched, and `checkArchitecture` says what is refused.
 *
 * @param most weights and numbers in all of them; a net with more is refused before they take memory
 * @throws Error when it is not JSON or no tfjs model
 */
export async function modelFromJSON(json: string, most: { weights: number; values: number }): Promise<tf.LayersModel> {
  try {
    const topology: unknown = JSON.parse(json);
    checkArchitecture(topology);
    return await zeroModel(topology, most);
  } catch (error) {
    throw new Error(`the architecture must be a tfjs model's, got: ${(error as Error).message.slice(0, LONGEST_MESSAGE)}`, { cause: error });
  }
}

/** tfjs makes all layers before it returns the promise, so that what is changed here meets no other net. */
function zeroModel(topology: unknown, most: { weights: number; values: number }): Promise<tf.LayersModel> {
  const prototype = tf.layers.Layer.prototype as unknown as { addWeight: (name: string, shape: number[], dtype?: string, ...more: unknown[]) => { dispose(): void } };
  const { addWeight } = prototype;
  const made: { dispose(): void }[] = [];
  let room = most.values;
  prototype.addWeight = function (name, shape, dtype, _initializer, ...more) {
    const size = sizeOf(shape);
    if (!(size >= 0 && size <= room)) throw new RangeError(`weights of more than the ${most.values} numbers that are there`);
    if (made.length === most.weights) throw new RangeError(`more weights than the ${most.weights} that are there`);
    room -= size;
    const weight = addWeight.call(this, name, shape, dtype, tf.initializers.zeros(), ...more);
    made.push(weight);
    return weight;
  };
  try {
    // Beside `modelTopology`, where it looks first, tfjs would take a manifest of weights to fetch.
    return tf.models
      .modelFromJSON({ modelTopology: topology } as never)
      .then((model: unknown) => {
        if (!(model instanceof tf.LayersModel)) throw new Error('a lone layer');
        return model;
      })
      .catch((error) => {
        for (const weight of made) weight.dispose();
        throw error;
      });
  } finally {
    prototype.addWeight = addWeight;
  }
}
