import * as tf from '@tensorflow/tfjs';
import { type Augment, batchOrder, fillBatch, type Split } from '../data';
import { foldIn, type Key } from '../random';
import { Interrupted, interruptible, progress } from '../system';
import { textsOf, variables } from '../weights';
import { checkSplit, checkWhole } from './check';
import { Checkpoint, digest } from './checkpoint';
import { compileLogits, evaluateWith, type Evaluation } from './evaluate';
import { crossEntropy, type Loss } from './losses';
import { type Optimizer, sgd } from './optimizers';
import type { Schedule } from './schedules';
import { compileSteps, inputShape, stepsOfRun } from './step';

export interface FitOptions {
  /** Decides the order of the images, the dropout masks and the crops. */
  key: Key;
  epochs: number;
  /** Images a step; the last partial batch of an epoch is dropped. */
  batch?: number;
  /** The learning rate, or its schedule by steps. */
  learningRate?: number | Schedule;
  optimizer?: Optimizer;
  loss?: Loss;
  /** Crops and mirror images to train on, drawn anew in each epoch. */
  augment?: Augment;
  /** What the loss compares each image's logits with besides its label, `[count, classes]`: a teacher's soft targets. */
  targets?: Float32Array;
  /** Evaluated after each epoch. */
  validation?: Split;
  /**
   * A name under which the training is saved, so that a stopped or killed run goes on where it was. The file is found
   * again only for the same model, weights, data, options and sources; constants that a loss or a transform of your own
   * takes from outside itself are not seen, so name them here: `distilled at 20`.
   */
  checkpoint?: string;
  /** What the progress line calls it. */
  title?: string;
}

export interface Epoch {
  epoch: number;
  /** The mean of the steps' losses. */
  loss: number;
  validation?: Evaluation;
}

/** Seconds between two checkpoints of a running training. */
const SAVE_INTERVAL = 10;

/**
 * Trains a model of images to logits in place and returns what each epoch gave.
 *
 * Every random choice comes from `key`: the same arguments give the same bytes, also when the training was stopped and
 * resumed. Ctrl-C stops between two steps. Parametrized weights are trained through their transforms. The layers' regularizers
 * are added to the loss, and their constraints hold after each update.
 *
 * When it throws, the weights are as they were before, so that running it again goes on or starts anew; only Ctrl-C
 * without a checkpoint leaves those of the last step.
 *
 * @throws RangeError when the model cannot take the data, or an option is out of range
 * @throws Error when the loss is not finite: the step is named, and the checkpoint stays as it was
 * @throws Interrupted on Ctrl-C, after the state was saved (where `checkpoint` names one)
 */
export async function fit(model: tf.LayersModel, split: Split, options: FitOptions): Promise<Epoch[]> {
  const { key, epochs, batch = 128, learningRate = 0.01, optimizer = sgd({ momentum: 0.9 }), loss = crossEntropy, augment, targets, validation } = options;
  const title = options.title ?? `training ${model.name}`;
  checkSplit('fit', model, split);
  if (validation) checkSplit('fit: validation', model, validation);
  const classes = model.outputs[0].shape.at(-1)!;
  if (targets && targets.length !== split.count * classes) throw new RangeError(`fit: the targets must be ${classes} values for each of the ${split.count} images, got ${targets.length}`);
  checkWhole('fit: epochs', epochs);
  checkWhole('fit: the batch', batch, split.count);
  const steps = Math.floor(split.count / batch);
  const total = epochs * steps;
  const rates = Array.from({ length: total }, (_, at) => (typeof learningRate === 'number' ? learningRate : learningRate(at)));
  const wrong = rates.findIndex((rate) => !(rate >= 0 && rate < Infinity));
  if (wrong >= 0) throw new RangeError(`fit: the learning rate must be a number from 0, got ${rates[wrong]} at step ${wrong}`);

  const weights = variables(model);
  const size = tf.util.sizeFromShape(inputShape(model, batch));
  const run = Math.min(steps, stepsOfRun(model, batch));
  const step = await compileSteps(model, batch, loss, optimizer, { counts: [run, steps % run || run], targets: targets !== undefined });
  const evaluationBatch = validation && Math.min(1000, validation.count);
  const logits = evaluationBatch && (await compileLogits(model, evaluationBatch));
  const state = [...weights, ...step.updater.state];
  const checkpoint =
    options.checkpoint === undefined
      ? undefined
      : new Checkpoint<{ step: number; sum: number; history: Epoch[] }>(options.checkpoint, {
          model: JSON.stringify(model.toJSON(null, false), (field, value: unknown) => (field === 'name' ? undefined : value)),
          start: digest(...state, ...model.weights.map((weight) => weight.read())),
          transforms: textsOf(model),
          data: [split, validation].map((part) => part && [digest(part.images), digest(part.labels), part.standardization]),
          targets: targets && digest(targets),
          training: { key, epochs, batch, optimizer: optimizer.name, ...optimizer.options, loss: loss.toString(), augment },
          rates,
        });
  const before = weights.map((weight) => tf.clone<tf.Tensor>(weight));
  const saved = checkpoint?.load(state);
  const history: Epoch[] = saved?.history ?? [];
  const display = progress(title, total);

  const x = new Float32Array(run * size);
  const y = new Int32Array(run * batch);
  const wanted = targets && new Float32Array(run * batch * classes);
  const orderKey = foldIn(key, 'order');
  const dropoutKey = foldIn(key, 'dropout');
  const augmentKey = foldIn(key, 'augment');
  let order: { epoch: number; batches: Int32Array[] } | undefined;
  /** Trains from step `at` on, to the end of a run or of the epoch, and returns the losses. */
  async function train(at: number): Promise<Float32Array> {
    const epoch = Math.floor(at / steps);
    if (order?.epoch !== epoch) order = { epoch, batches: batchOrder(foldIn(orderKey, epoch), split.count, batch) };
    const batches = order.batches.slice(at % steps, (at % steps) + run);
    const augmentation = augment && { augment, key: foldIn(augmentKey, epoch) };
    batches.forEach((indices, i) => fillBatch(split, indices, x.subarray(i * size, (i + 1) * size), y.subarray(i * batch, (i + 1) * batch), augmentation));
    if (targets) batches.forEach((indices, i) => indices.forEach((index, row) => wanted!.set(targets.subarray(index * classes, (index + 1) * classes), (i * batch + row) * classes)));
    return step.run({
      x: x.subarray(0, batches.length * size),
      y: y.subarray(0, batches.length * batch),
      rates: Float32Array.from(batches, (_, i) => optimizer.rate(rates[at + i], at + i)),
      masks: step.masks(batches.map((_, i) => foldIn(dropoutKey, at + i))),
      targets: wanted?.subarray(0, batches.length * batch * classes),
    });
  }

  try {
    return await interruptible(async (stopped) => {
      let sum = saved?.sum ?? 0;
      let lastSave = performance.now();
      const save = (next: number) => {
        checkpoint?.save({ step: next, sum, history }, state);
        lastSave = performance.now();
      };
      const first = saved?.step ?? 0;
      for (let at = first; at < total; ) {
        const losses = await train(at);
        const epoch = Math.floor(at / steps);
        const broken = losses.findIndex((value) => !Number.isFinite(value));
        if (broken >= 0) {
          throw new Error(`fit: the loss of ${model.name} must be finite, got ${losses[broken]} at step ${at + broken} (epoch ${epoch + 1}); nothing was saved over; lower the learning rate`);
        }
        sum += losses.reduce((total, value) => total + value, 0);
        at += losses.length;
        const done = at % steps === 0;
        if (done) {
          const result = logits ? await evaluateWith(logits, validation, evaluationBatch) : undefined;
          history.push({ epoch: epoch + 1, loss: sum / steps, ...(result && { validation: result }) });
          sum = 0;
        }
        display.update(at, note(epoch, epochs, done ? history.at(-1)!.loss : losses.at(-1)!, history));
        if (stopped()) {
          save(at);
          throw new Interrupted(
            `fit: stopped after step ${at} of ${total}; ${checkpoint ? 'run it again to go on from there' : 'the weights are those of that step'}`,
          );
        }
        if (performance.now() - lastSave > SAVE_INTERVAL * 1000) save(at);
      }
      if (first < total) save(total);
      display.end(`${note(epochs - 1, epochs, history.at(-1)!.loss, history)}${first > 0 ? ` · from a checkpoint of step ${first}` : ''}`);
      return history;
    });
  } catch (error) {
    if (checkpoint || !(error instanceof Interrupted)) weights.forEach((weight, i) => weight.assign(before[i]));
    throw error;
  } finally {
    tf.dispose(before);
    await step.dispose();
    if (logits) await logits.dispose();
  }
}

function note(epoch: number, epochs: number, loss: number, history: readonly Epoch[]): string {
  const error = history.at(-1)?.validation?.error;
  return `epoch ${epoch + 1}/${epochs} · loss ${loss.toPrecision(3)}${error === undefined ? '' : ` · error ${error.toFixed(2)}%`}`;
}
