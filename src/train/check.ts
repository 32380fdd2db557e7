/** What comes in from scripts, which are not type-checked: each refusal says what must hold, what came, and what to write. */
import type * as tf from '@tensorflow/tfjs';
import type { Split } from '../data';
import { givenSplit } from '../data/dataset';
import { described, sizeOf } from '../system';
import { checkModel } from '../weights/checkModel';
import { type Classifier, isClassifier } from './classifier';
import type { Optimizer } from './optimizers';
import { inputShape } from './step';

/** What a classifier takes and gives. */
interface Ends {
  name: string;
  /** The shape of an image. */
  shape: readonly number[];
  classes: number;
}

/** @throws TypeError or RangeError when a model has more than one input or output, or their shapes are not those of a classifier */
function endsOf(where: string, model: tf.LayersModel): Ends {
  checkModel(where, model);
  const { inputs, outputs } = model;
  if (inputs.length !== 1 || outputs.length !== 1) {
    throw new RangeError(`${where}: ${model.name} must have one input, the images, and one output, the logits, got ${inputs.length} and ${outputs.length}; compile its step yourself`);
  }
  const shape = inputShape(model, 1).slice(1);
  const output = model.outputs[0].shape;
  if (output.length !== 2) throw new RangeError(`${where}: the output of ${model.name} must be [batch, classes], got [${output.map((length) => length ?? 'batch').join()}]; put tf.layers.flatten() before its last dense layer`);
  if (shape.includes(null as never)) throw new RangeError(`${where}: the input of ${model.name} must be of a known shape, got [${shape.map((length) => length ?? '?').join()}]; give its inputShape whole`);
  return { name: model.name, shape, classes: output[1]! };
}

/** @throws TypeError or RangeError when a model cannot take a split: no split at all, its images' size, a label beyond the model's outputs, or more than one input or output */
export function checkSplit(where: string, model: tf.LayersModel | Classifier, split: Split): void {
  const { name, shape: input, classes } = isClassifier(model) ? model : endsOf(where, model);
  const { images, labels, count, shape } = givenSplit(where, split);
  const size = sizeOf(input);
  if (!(count >= 1) || labels.length !== count) throw new RangeError(`${where}: a split must have images and a label for each, got ${labels.length} labels and a count of ${count}; imageSplit({ images, labels, shape }) counts them`);
  if (images.length !== count * size) {
    throw new RangeError(`${where}: an image must have ${size} values, the input [${input.join()}] of ${name}, got ${images.length / count}${shape.length ? `, of shape [${shape.join()}]` : ''}`);
  }
  if (sizeOf(shape) !== size) throw new RangeError(`${where}: a split's shape must be that of its images, of ${size} values, got [${shape.join()}]`);
  if (!isAlike(input, shape)) throw new RangeError(`${where}: images must be of the shape that ${name} takes, [${input.join()}], got [${shape.join()}]: as many values in another order; images have their channels last, [height, width, channels]`);
  let largest = 0;
  for (const label of labels) largest = Math.max(largest, label);
  if (largest >= classes) {
    const hint = classes === 1 ? '; a net of two classes has two outputs' : '';
    throw new RangeError(`${where}: labels must be from 0 to ${classes - 1}, the outputs of ${name}, got ${largest}${hint}`);
  }
}

/** @throws TypeError or RangeError when a split is not of the training set's kind: bytes, which are scaled, or floats; the same classes */
export function checkKind(where: string, split: Split, training: Split): void {
  const kind = ({ images }: Split) => (images instanceof Uint8Array ? 'bytes, which the net gets divided by 255' : 'floats, which it gets as they are');
  if (kind(split) !== kind(training)) throw new TypeError(`${where}: images must be of the training set's kind, ${kind(training)}, got ${kind(split)}`);
  checkClasses(where, split, training.classes);
}

function checkClasses(where: string, { classes }: Split, trained?: readonly string[]): void {
  if (classes && trained && classes.join('\n') !== trained.join('\n')) {
    const shown = (names: readonly string[]) => `${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
    throw new RangeError(`${where}: the classes must be those that the net was trained on, ${shown(trained)}, got ${shown(classes)}; read both splits with the same list: { classes: train.classes }`);
  }
}

/** The classes that a model was last trained on, where its split names them. */
const trainedOn = new WeakMap<tf.LayersModel, readonly string[]>();

/** @throws RangeError when a split by whose labels a model is judged names other classes than it was trained on */
export const checkTrainedClasses = (where: string, model: tf.LayersModel, split: Split): void => checkClasses(where, split, trainedOn.get(model));

export function rememberClasses(model: tf.LayersModel, { classes }: Split): void {
  if (classes) trainedOn.set(model, classes);
  else trainedOn.delete(model);
}

/** Whether one shape is the other, but for a last length of 1, or all in a row. */
function isAlike(input: readonly number[], shape: readonly number[]): boolean {
  const own = (lengths: readonly number[]) => (lengths.length > 1 && lengths.at(-1) === 1 ? lengths.slice(0, -1) : lengths);
  return input.length === 1 || shape.length <= 1 || own(input).join() === own(shape).join();
}

/** @throws TypeError for what no optimiser of ours has made */
export function checkOptimizer(where: string, optimizer: unknown): asserts optimizer is Optimizer {
  if (typeof (optimizer as Optimizer | undefined)?.create === 'function') return;
  const ours = /adam/i.test(described(optimizer)) ? 'adam()' : 'sgd({ momentum: 0.9 })';
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
