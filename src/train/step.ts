import * as tf from '@tensorflow/tfjs';
import { compile, type Program, type Spec } from '../engine';
import type { Key } from '../random';
import { layersOf } from './calls';
import { clipScale } from './clip';
import { Draws } from './draws';
import { logitsOf } from './logits';
import type { Loss } from './losses';
import { withBatchNormalization } from './normalization';
import type { Optimizer, Updater } from './optimizers';
import { sizeOf } from '../system';
import { project, storedWeight, trained } from '../weights/model';

/** The loss of a batch: the batch's tensors, as the batches' specs say, to a scalar. Plain tfjs code on models in training mode: `([x, y]) => crossEntropy(y, model.apply(x, { training: true }))`. */
export type BatchLoss = (batch: tf.Tensor[]) => tf.Scalar;

export type Values = Float32Array | Int32Array | Uint8Array;

/** Compiled steps of training: forward with the layers' regularizers, backward, update, the layers' constraints, and what transforms project. */
export interface Steps {
  readonly updater: Updater;
  /** Says what is computed: the same for the same program. */
  readonly digest: string;
  /** What several steps draw, given the key of each. */
  draw(keys: readonly Key[]): Values[];
  /** Trains on one batch after the other, each argument with the values of all of them, at so many rates, and returns the loss of each before its update. */
  run(batches: readonly Values[], rates: Float32Array, draws: readonly Values[]): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** The shape of a model's input for a batch of images: `[batch, ...shape]`. */
export const inputShape = (model: tf.LayersModel, batch: number): number[] => [batch, ...(model.inputs[0].shape.slice(1) as number[])];

/** A run of the compiled program does several steps of a small net, which share what a call costs; their inputs stay below 4 MiB. */
const MOST_STEPS = 8;
const MOST_VALUES = 2 ** 20;

/** How many steps of a training go to one run, by what the first argument of each takes. */
export const stepsOfRun = ([{ shape }]: readonly Spec[]): number => Math.min(MOST_STEPS, Math.max(1, Math.floor(MOST_VALUES / sizeOf(shape))));

/** The step of a model of images `[batch, ...shape]` to logits, with labels `[batch]`, and where they are given targets `[batch, classes]`. */
export const imageStep = (model: tf.LayersModel, batch: number, loss: Loss): { specs: Spec[]; loss: BatchLoss } => ({
  specs: [{ shape: inputShape(model, batch) }, { shape: [batch], dtype: 'int32' }],
  loss: ([x, y, wanted]) => loss(y, logitsOf(model, x, { training: true }), wanted),
});

interface StepOptions {
  model: tf.LayersModel;
  /** Of one batch. */
  specs: readonly Spec[];
  loss: BatchLoss;
  optimizer: Optimizer;
  /** How many steps a run may do; each is a program of its own. */
  counts: readonly number[];
  clipNorm?: number;
}

export async function compileSteps({ model, specs, loss, optimizer, counts, clipNorm }: StepOptions): Promise<Steps> {
  const parameters = trained(model);
  const variables = parameters.map(({ variable }) => variable);
  if (!parameters.length) throw new Error(`fit: ${model.name} must have weights to train, got none; all its layers are frozen`);
  const updater = optimizer.create(variables);
  const draws = new Draws(model, specs[0].shape[0]);
  const step = (...given: tf.Tensor[]): tf.Scalar => {
    const [batch, rate, drawn] = [given.slice(0, specs.length), given[specs.length], given.slice(specs.length + 1)];
    const penalized = () => layersOf(model).flatMap((layer) => layer.calculateLosses()).reduce((sum, penalty) => tf.add(sum, penalty), loss(batch));
    const { value, grads } = tf.variableGrads(() => draws.apply(drawn, () => withBatchNormalization(model, penalized)), variables);
    const gradients = variables.map(({ name }) => grads[name]);
    const rates = parameters.map(({ rateFactor }) => (rateFactor === undefined ? rate : tf.mul(rate, rateFactor)));
    updater.update(gradients, rates, clipNorm === undefined ? undefined : clipScale(gradients, clipNorm));
    for (const weight of model.trainableWeights) {
      // A constraint is on the weights; values that they share are others.
      const stored = weight.constraint && storedWeight(weight);
      if (stored) stored.assign(weight.constraint.apply(stored));
    }
    project(model);
    return value;
  };
  const programs = new Map<number, Program<tf.Scalar>>();
  const dispose = async () => {
    for (const program of programs.values()) await program.dispose();
    updater.state.forEach((variable) => variable.dispose());
  };
  try {
    for (const steps of new Set(counts)) programs.set(steps, await compile(step, [...specs, { shape: [] }, ...draws.specs], { steps }));
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    updater,
    get digest() {
      return [...programs.values()][0].digest;
    },
    draw: (keys) => draws.draw(keys),
    async run(batches, rates, drawn) {
      const values = await programs.get(rates.length)!(...batches, rates, ...drawn);
      const losses = values.dataSync<'float32'>();
      values.dispose();
      return losses;
    },
    dispose,
  };
}
