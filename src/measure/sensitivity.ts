import type * as tf from '@tensorflow/tfjs';
import { packLayer } from '../compress';
import type { Split } from '../data';
import { checkSplit } from '../train/check';
import { compileLogits, evaluateWith } from '../train/evaluate';
import { progress } from '../system';
import { parametrize, trainable, transformsOf, type Handle, type Method } from '../weights';
import { ledger } from './ledger';

/** What one setting of one layer costs, all other layers left as they are. */
export interface Point {
  /** A density, bits of a code: whatever `methods` takes. */
  setting: number;
  /** Mean cross-entropy, in nats, and error, in percent, without any retraining. */
  loss: number;
  error: number;
  /** What the layer takes in a packed file. */
  bytes: number;
}

/** For each layer its points, in the order of the settings. */
export type Sensitivity = Record<string, Point[]>;

export interface SensitivityOptions {
  settings: readonly number[];
  /** What is put on a layer's kernel at a setting, the first one lowest: `(density) => [prune({ density }), share({ bits: 5 })]`. */
  methods: (setting: number) => readonly Method[];
  /** Left out: every layer that has a kernel. */
  layers?: readonly string[];
  batch?: number;
}

/**
 * How much each layer minds a method: the loss of the model on a split when that layer alone is pruned, shared or otherwise changed, and what it then takes in a file (Han et al. 2015, section 5 and Fig. 6). The model is left as it was.
 *
 * @throws RangeError when there is no setting
 * @throws Error when a layer's kernel is stored in another form already (shared), so that it cannot be set
 */
export async function sensitivity(model: tf.LayersModel, split: Split, { settings, methods, layers = withKernel(model), batch = 1000 }: SensitivityOptions): Promise<Sensitivity> {
  if (settings.length === 0) throw new RangeError('sensitivity: there must be a setting, got none');
  checkSplit('sensitivity', model, split);
  const size = Math.min(batch, split.count);
  const logits = await compileLogits(model, size);
  const display = progress(`sensitivity of ${model.name}`, layers.length * settings.length);
  const result: Sensitivity = {};
  let done = 0;
  try {
    for (const name of layers) {
      const layer = model.getLayer(name);
      const stored = kernelOf(model, layer);
      result[name] = [];
      for (const setting of settings) {
        const before = stored.clone();
        try {
          const value = effective(layer, methods(setting));
          stored.assign(value);
          value.dispose();
          const { loss, error } = await evaluateWith(logits, split, size);
          const { bytes } = ledger(packLayer(layer)).find((row) => row.layer === name)!;
          result[name].push({ setting, loss, error, bytes });
        } finally {
          stored.assign(before); // also what a shared layer leaves behind when a later method throws
          before.dispose();
        }
        display.update(++done, name);
      }
    }
    display.end(`${layers.length} layers, ${settings.length} settings each`);
    return result;
  } finally {
    await logits.dispose();
  }
}

const withKernel = (model: tf.LayersModel): string[] => model.layers.filter(({ weights }) => weights.some(({ originalName }) => originalName.endsWith('/kernel'))).map(({ name }) => name);

/** The variable that holds a layer's kernel. */
function kernelOf(model: tf.LayersModel, layer: tf.layers.Layer): tf.Variable {
  const at = model.trainableWeights.findIndex(({ originalName }) => originalName === `${layer.name}/kernel`);
  const stored = trainable(model)[at];
  const shared = transformsOf(layer, 'kernel').some((transform) => transform.stored);
  if (!stored || shared) throw new Error(`sensitivity: the kernel of ${layer.name} must be stored as it is, or pruned, got ${shared ? 'shared values' : 'none that is trained'}; measure before sharing`);
  return stored;
}

/** The kernel as the methods make it; the layer is left without them. */
function effective(layer: tf.layers.Layer, methods: readonly Method[]): tf.Tensor {
  const handles: Handle[] = [];
  try {
    for (const method of methods) handles.push(parametrize(layer, 'kernel', method));
    return layer.getWeights()[0].clone();
  } finally {
    for (const handle of handles.reverse()) handle.remove();
  }
}
