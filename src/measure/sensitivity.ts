import type * as tf from '@tensorflow/tfjs';
import type { Split } from '../data';
import { packLayer } from '../formats/packed';
import { checkSplit, checkTrainedClasses, checkWhole } from '../train/check';
import { compileLogits, evaluateWith } from '../train/evaluate';
import { checkOptions, progress } from '../system';
import { type Kernel, kernels, type Method } from '../weights';
import { ledger } from './ledger';
import { isStored, storedWeight } from '../weights/model';
import { through } from '../weights/parametrize';

/** What one setting of one layer costs, all other layers left as they are. */
export interface Point {
  /** A density, bits of a code: whatever `methods` takes. */
  setting: number;
  /** Mean cross-entropy, in nats, without any retraining. */
  loss: number;
  /** Errors / images, from 0 to 1, without any retraining. */
  error: number;
  /** What the layer takes in a packed file. */
  bytes: number;
}

/** For each layer its points, in the order of the settings. */
export type Sensitivity = Record<string, Point[]>;

/** What `sensitivity` tries on which layers. */
export interface SensitivityOptions {
  /** Tried in turn on each layer: densities, bits of a code. */
  settings: readonly number[];
  /** What is put on a kernel at a setting, the first one lowest: `(density) => [prune({ density }), share({ bits: 5 })]`. */
  methods: (setting: number) => readonly Method[];
  /** Left out: all that methods apply to, `kernels(model)`. A layer that has several is given, and reported, by the names of its kernels: `lstm/recurrent_kernel`. */
  layers?: readonly string[];
  /** Images a run; 1000 if left out. */
  batch?: number;
}

/**
 * How much each layer minds a method: the loss of the model on a split when that layer alone is pruned, shared or otherwise changed, and what it then takes in a file (Han et al. 2015, section 5 and Fig. 6). The model is left as it was.
 *
 * ```ts
 * import { drawnDigits, key, mlp, prune, sensitivity } from 'squeezelab';
 *
 * const { test } = drawnDigits({ train: 60, test: 20 });
 * const found = await sensitivity(mlp(key(1), [784, 32, 10]), test, { settings: [0.5, 0.1], methods: (density) => [prune({ density })] });
 * console.log(Object.keys(found), found.fc1[1].bytes < found.fc1[0].bytes); // => [ 'fc1', 'fc2' ] true
 * ```
 *
 * @param model images `[batch, ...shape]` to logits `[batch, classes]`
 * @returns for each layer `[settings]` points: losses in nats, errors as a part of the images, bytes
 * @throws RangeError when there is no setting, a layer has no kernel, or the model cannot take the split
 * @throws TypeError when the model is no LayersModel, the split no split, or for an option that there is not
 * @throws Error when a layer's kernel is stored in another form already (shared, quantised), so that it cannot be set
 */
export async function sensitivity(model: tf.LayersModel, split: Split, options: SensitivityOptions): Promise<Sensitivity> {
  checkOptions('sensitivity', options, ['settings', 'methods', 'layers', 'batch'], ['settings', 'methods']);
  const { settings, methods, layers, batch = 1000 } = options;
  if (settings.length === 0) throw new RangeError('sensitivity: there must be a setting, got none');
  checkSplit('sensitivity', model, split);
  checkTrainedClasses('sensitivity', model, split);
  checkWhole('sensitivity: the batch', batch);
  const chosen = chosenKernels(model, layers);
  const size = Math.min(batch, split.count);
  const logits = await compileLogits(model, size);
  const display = progress(`sensitivity of ${model.name}`, chosen.size * settings.length);
  const result: Sensitivity = {};
  let done = 0;
  try {
    for (const [name, kernel] of chosen) {
      const { layer, weight } = kernel;
      const stored = storedOf(kernel);
      result[name] = [];
      for (const setting of settings) {
        const before = stored.clone();
        try {
          const value = through(weight.read(), weight.originalName, methods(setting));
          stored.assign(value);
          value.dispose();
          const { loss, error } = await evaluateWith(logits, split, size);
          const { bytes } = ledger(packLayer(layer)).find((row) => row.layer === layerOf(weight.originalName))!;
          result[name].push({ setting, loss, error, bytes });
        } finally {
          stored.assign(before);
          before.dispose();
        }
        display.update(++done, name);
      }
    }
    display.end(`${chosen.size} layers, ${settings.length} settings each`);
    return result;
  } finally {
    await logits.dispose();
  }
}

const layerOf = (name: string): string => name.slice(0, name.lastIndexOf('/'));

/** Kernels by the names of their layers, or by their own where a layer has several. */
function chosenKernels(model: tf.LayersModel, layers?: readonly string[]): Map<string, Kernel> {
  const all = kernels(model);
  const named = new Map(all.map((kernel) => [all.filter(({ name }) => layerOf(name) === layerOf(kernel.name)).length > 1 ? kernel.name : layerOf(kernel.name), kernel]));
  const unknown = layers?.find((name) => !named.has(name));
  if (unknown !== undefined) throw new RangeError(`sensitivity: a layer must have a kernel, got ${unknown}; there are ${[...named.keys()].join(', ')}`);
  return layers ? new Map(layers.map((name) => [name, named.get(name)!])) : named;
}

/** The variable that holds a kernel. */
function storedOf({ name, weight }: Kernel): tf.Variable {
  if (!isStored(weight)) throw new Error(`sensitivity: the kernel of ${layerOf(name)} must be stored as it is, or pruned, got ${storedWeight(weight) ? 'what a method makes of others' : 'shared values'}; measure before sharing or quantising`);
  return storedWeight(weight)!;
}
