/** What comes in from scripts, which are not type-checked: each refusal says what must hold, what came, and what to write. */
import type * as tf from '@tensorflow/tfjs';
import type { Split } from '../data';
import { givenSplit } from '../data/dataset';
import { described, sizeOf } from '../system';
import { checkModel } from '../weights/checkModel';
import type { Optimizer } from './optimizers';
import { inputShape } from './step';

/** @throws TypeError or RangeError when a model cannot take a split: no split at all, its images' size, a label beyond the model's outputs, or more than one input or output */
export function checkSplit(where: string, model: tf.LayersModel, split: Split): void {
  checkModel(where, model);
  const { images, labels, count, shape } = givenSplit(where, split);
  const { inputs, outputs } = model;
  if (inputs.length !== 1 || outputs.length !== 1) {
    throw new RangeError(`${where}: ${model.name} must have one input, the images, and one output, the logits, got ${inputs.length} and ${outputs.length}; compile its step yourself`);
  }
  const input = inputShape(model, 1).slice(1);
  const size = sizeOf(input);
  const classes = model.outputs[0].shape.at(-1)!;
  if (input.includes(null as never)) throw new RangeError(`${where}: the input of ${model.name} must be of a known shape, got [${input.map((length) => length ?? '?').join()}]; give its inputShape whole`);
  if (!(count >= 1) || labels.length !== count) throw new RangeError(`${where}: a split must have images and a label for each, got ${labels.length} labels and a count of ${count}; imageSplit({ images, labels, shape }) counts them`);
  if (images.length !== count * size) {
    throw new RangeError(`${where}: an image must have ${size} values, the input [${input.join()}] of ${model.name}, got ${images.length / count}${shape.length ? `, of shape [${shape.join()}]` : ''}`);
  }
  let largest = 0;
  for (const label of labels) largest = Math.max(largest, label);
  if (largest >= classes) {
    const names = classes === 1 ? '; a net of two classes has two outputs' : '';
    throw new RangeError(`${where}: labels must be from 0 to ${classes - 1}, the outputs of ${model.name}, got ${largest}${names}`);
  }
}

/** @throws TypeError for what no optimiser of ours has made */
export function checkOptimizer(where: string, optimizer: unknown): asserts optimizer is Optimizer {
  if (typeof (optimizer as Optimizer | undefined)?.create === 'function') return;
  const name = typeof optimizer === 'string' ? optimizer.toLowerCase() : ((optimizer as { constructor?: { name?: string } } | undefined)?.constructor?.name ?? '');
  const [ours] = /adam/i.test(name) ? ['adam()'] : ['sgd({ momentum: 0.9 })'];
  throw new TypeError(`${where}: the optimizer must be one that sgd(...) or adam(...) of squeezelab makes, got ${described(optimizer)}; write optimizer: ${ours}`);
}

/** @throws TypeError for what is no function, such as a loss's name */
export function checkLoss(where: string, loss: unknown): void {
  if (typeof loss === 'function') return;
  throw new TypeError(`${where}: the loss must be a function (labels, logits) => scalar, got ${described(loss)}; leave it out for the cross-entropy of classes, or import { training } and write loss: training.crossEntropy`);
}

/** @throws RangeError when `value` is not a whole number from 1 to `most` */
export function checkWhole(where: string, value: number, most = Infinity): void {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new RangeError(`${where} must be a whole number from 1${most < Infinity ? ` to ${most}` : ''}, got ${typeof value === 'number' ? value : described(value)}`);
  }
}
