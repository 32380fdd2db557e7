import * as tf from '@tensorflow/tfjs';
import { compile, type Program, type Spec } from '../engine';
import type { Key } from '../random';
import { settle, trainable } from '../weights';
import { layersOf } from './calls';
import { Dropout } from './dropout';
import type { Loss } from './losses';
import { withBatchNormalization } from './normalization';
import type { Optimizer, Updater } from './optimizers';

/** Compiled steps of training: forward with the layers' regularizers, backward, update, the layers' constraints, and what transforms settle. */
export interface Steps {
  readonly updater: Updater;
  /** The dropout masks of several steps, given the key of each: one array a dropout layer. */
  masks(keys: readonly Key[]): Uint8Array[];
  /**
   * Trains on one batch after the other (`x` `[steps, batch, ...shape]`, `y` `[steps, batch]`, `rates` `[steps]`, and `targets` `[steps, batch, classes]` if the
   * loss takes any) and returns the mean loss of each before its update.
   */
  run(batches: { x: Float32Array; y: Int32Array; rates: Float32Array; masks?: Uint8Array[]; targets?: Float32Array }): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** The shape of a model's input for a batch of images: `[batch, ...shape]`. */
export const inputShape = (model: tf.LayersModel, batch: number): number[] => [batch, ...(model.inputs[0].shape.slice(1) as number[])];

/** A run of the compiled program does several steps of a small net, which share what a call costs; their images stay below 4 MiB. */
const MOST_STEPS = 8;
const MOST_VALUES = 2 ** 20;

/** How many steps of a training go to one run. */
export const stepsOfRun = (model: tf.LayersModel, batch: number): number =>
  Math.min(MOST_STEPS, Math.max(1, Math.floor(MOST_VALUES / tf.util.sizeFromShape(inputShape(model, batch)))));

interface StepsOptions {
  /** How many steps a run may do; each is a program of its own. */
  counts: readonly number[];
  /** Whether the loss takes targets. */
  targets?: boolean;
}

export async function compileSteps(model: tf.LayersModel, batch: number, loss: Loss, optimizer: Optimizer, { counts, targets = false }: StepsOptions): Promise<Steps> {
  const parameters = trainable(model);
  if (!parameters.length) throw new Error(`fit: ${model.name} must have weights to train, got none; all its layers are frozen`);
  const updater = optimizer.create(parameters);
  const dropout = new Dropout(model, batch);
  const step = (x: tf.Tensor, y: tf.Tensor, rate: tf.Tensor, ...others: tf.Tensor[]): tf.Scalar => {
    const [wanted, masks] = targets ? [others[0], others.slice(1)] : [undefined, others];
    const penalized = () => {
      const value = loss(y, model.apply(x, { training: true }) as tf.Tensor, wanted);
      return layersOf(model).flatMap((layer) => layer.calculateLosses()).reduce((sum, penalty) => tf.add(sum, penalty), value);
    };
    const { value, grads } = tf.variableGrads(() => dropout.apply(masks, () => withBatchNormalization(model, penalized)), parameters);
    updater.update(parameters.map(({ name }) => grads[name]), rate);
    model.trainableWeights.forEach(({ constraint, shape }, i) => {
      const parameter = parameters[i];
      // A constraint is on the weights; values that they share are others.
      if (constraint && parameter.shape.join() === shape.join()) parameter.assign(constraint.apply(parameter));
    });
    settle(model);
    return value;
  };
  const specs: Spec[] = [{ shape: inputShape(model, batch) }, { shape: [batch], dtype: 'int32' }, { shape: [] }, ...(targets ? [{ shape: [batch, model.outputs[0].shape.at(-1)!] }] : []), ...dropout.specs];
  const programs = new Map<number, Program<tf.Scalar>>();
  const dispose = async () => {
    for (const program of programs.values()) await program.dispose();
    updater.state.forEach((variable) => variable.dispose());
  };
  try {
    for (const steps of new Set(counts)) programs.set(steps, await compile(step, specs, { steps }));
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    updater,
    masks: (keys) => dropout.draw(keys),
    async run({ x, y, rates, masks = [], targets: wanted }) {
      const values = await programs.get(rates.length)!(x, y, rates, ...(wanted ? [wanted] : []), ...masks);
      const losses = values.dataSync<'float32'>();
      values.dispose();
      return losses;
    },
    dispose,
  };
}
