import type * as tf from '@tensorflow/tfjs';
import { consecutiveBatches, fillBatch, type Split } from '../data';
import { compile, type Program } from '../engine';
import { checkOptions, sizeOf } from '../system';
import { checkSplit, checkTrainedClasses, checkWhole } from './check';
import { type Classifier, isClassifier } from './classifier';
import { logitsOf } from './logits';
import { inputShape } from './step';

/** What a model gives on a split. */
export interface Evaluation {
  /** Mean cross-entropy, in nats. */
  loss: number;
  /** How many images were given another class than theirs. */
  errors: number;
  /** How many images there are. */
  count: number;
  /** errors / count, from 0 to 1. */
  error: number;
}

type Logits = Program<tf.Tensor>;

export const compileLogits = (model: tf.LayersModel, batch: number): Promise<Logits> =>
  compile((x) => logitsOf(model, x, { training: false }), [{ shape: inputShape(model, batch) }]);

/** Runs a program from `compileLogits` over a split, `batch` images a run; `use` gets the logits of the image at each index. */
async function eachLogits(logits: Logits, split: Split, batch: number, use: (scores: Float32Array, index: number) => void): Promise<void> {
  const x = new Float32Array(sizeOf(split.shape) * batch);
  const y = new Int32Array(batch);
  for (const indices of consecutiveBatches(split.count, batch)) {
    fillBatch(split, indices, x, y);
    const output = await logits(x);
    const values = output.dataSync<'float32'>();
    output.dispose();
    const classes = values.length / batch;
    indices.forEach((index, row) => use(values.subarray(row * classes, (row + 1) * classes), index));
  }
}

/** Sums over one split, with a program from `compileLogits` of the same batch size. */
export async function evaluateWith(logits: Logits, split: Split, batch: number): Promise<Evaluation> {
  const tally = new Tally(split);
  await eachLogits(logits, split, batch, (scores, index) => tally.add(scores, index));
  return tally.result();
}

/** Losses and errors of a split's images, added up. */
class Tally {
  private loss = 0;
  private errors = 0;

  constructor(private readonly split: Split) {}

  add(scores: Float32Array, index: number): void {
    const label = this.split.labels[index];
    const largest = Math.max(...scores);
    this.loss += largest - scores[label] + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0));
    if (scores.indexOf(largest) !== label) this.errors++;
  }

  result(): Evaluation {
    const { loss, errors, split: { count } } = this;
    return { loss: loss / count, errors, count, error: errors / count };
  }
}

/** Compiles the model's logits, in batches that its split fills, and runs `use` with them. */
async function withLogits<T>(where: string, model: tf.LayersModel, split: Split, options: { batch?: number }, use: (logits: Logits, batch: number) => Promise<T>): Promise<T> {
  checkSplit(where, model, split);
  checkOptions(where, options, ['batch']);
  const { batch = 1000 } = options;
  checkWhole(`${where}: the batch`, batch);
  const size = Math.min(batch, split.count);
  const logits = await compileLogits(model, size);
  try {
    return await use(logits, size);
  } finally {
    await logits.dispose();
  }
}

/**
 * The loss and the errors of a model (images to logits, or to the softmax of them) on a split, through a compiled program. The last batch is padded
 * and its padding is not counted; of equal logits the first class wins.
 *
 * ```ts
 * import { drawnDigits, evaluate, key, mlp } from 'squeezelab';
 *
 * const { test } = drawnDigits({ train: 60, test: 20 });
 * const { errors, count, error } = await evaluate(mlp(key(1), [784, 32, 10]), test);
 * console.log(count, error === errors / count); // => 20 true
 * ```
 *
 * @param model images `[batch, ...shape]` to logits `[batch, classes]`; a LayersModel, or what `infer` gives
 * @param options `batch`: images a run, 1000 if left out
 * @returns the loss in nats, errors as a count and as a part of the images
 * @throws RangeError when the model cannot take the split
 * @throws TypeError when the model is no LayersModel and has no `logits`, the split no split, or for an option that there is not
 */
export async function evaluate(model: tf.LayersModel | Classifier, split: Split, options: { batch?: number } = {}): Promise<Evaluation> {
  if (isClassifier(model)) {
    const all = await logitsWith('evaluate', model, split, options);
    const tally = new Tally(split);
    for (let i = 0; i < split.count; i++) tally.add(all.subarray(i * model.classes, (i + 1) * model.classes), i);
    return tally.result();
  }
  return withLogits('evaluate', model, split, options, (logits, size) => {
    checkTrainedClasses('evaluate', model, split);
    return evaluateWith(logits, split, size);
  });
}

/**
 * The logits of a model for each image of a split (of one that ends in softmax, what its softmax gets), `[count, classes]` in row-major order, through a compiled program.
 *
 * @param model images `[batch, ...shape]` to logits `[batch, classes]`; a LayersModel, or what `infer` gives
 * @param options `batch`: images a run, 1000 if left out
 * @throws RangeError when the model cannot take the split
 * @throws TypeError when the model is no LayersModel and has no `logits`, the split no split, or for an option that there is not
 */
export async function predict(model: tf.LayersModel | Classifier, split: Split, options: { batch?: number } = {}): Promise<Float32Array> {
  if (isClassifier(model)) return logitsWith('predict', model, split, options);
  return withLogits('predict', model, split, options, async (logits, size) => {
    const classes = model.outputs[0].shape.at(-1)!;
    const all = new Float32Array(split.count * classes);
    await eachLogits(logits, split, size, (scores, index) => all.set(scores, index * classes));
    return all;
  });
}

/** What a classifier that is no LayersModel says itself. */
function logitsWith(where: string, model: Classifier, split: Split, options: { batch?: number }): Promise<Float32Array> {
  checkSplit(where, model, split);
  checkOptions(where, options, ['batch']);
  return model.logits(split, options);
}
