import type * as tf from '@tensorflow/tfjs';
import type { Split } from '../data';
import { inputShape } from './step';
import { sizeOf } from '../system';

/** @throws RangeError when a model cannot take a split: its images' size, a label beyond the model's outputs, or more than one input or output */
export function checkSplit(where: string, model: tf.LayersModel, { images, labels, count }: Split): void {
  const { inputs, outputs } = model;
  if (inputs.length !== 1 || outputs.length !== 1) {
    throw new RangeError(`${where}: ${model.name} must have one input, the images, and one output, the logits, got ${inputs.length} and ${outputs.length}; compile its step yourself`);
  }
  const shape = inputShape(model, 1).slice(1);
  const size = sizeOf(shape);
  const classes = model.outputs[0].shape.at(-1)!;
  if (!(count >= 1) || labels.length !== count) throw new RangeError(`${where}: a split must have images and a label for each, got ${labels.length} labels and a count of ${count}`);
  if (images.length !== count * size) {
    throw new RangeError(`${where}: an image must have ${size} values, the input [${shape.join()}] of ${model.name}, got ${images.length / count}`);
  }
  let largest = 0;
  for (const label of labels) largest = Math.max(largest, label);
  if (largest >= classes) throw new RangeError(`${where}: labels must be from 0 to ${classes - 1}, the outputs of ${model.name}, got ${largest}`);
}

/** @throws RangeError when `value` is not a whole number from 1 to `most` */
export function checkWhole(where: string, value: number, most = Infinity): void {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new RangeError(`${where} must be a whole number from 1${most < Infinity ? ` to ${most}` : ''}, got ${value}`);
  }
}
