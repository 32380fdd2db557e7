import type * as tf from '@tensorflow/tfjs';
import { consecutiveBatches, fillBatch, type Split } from '../data';
import { compile, type Program } from '../engine';
import { checkSplit, checkWhole } from './check';
import { inputShape } from './step';

export interface Evaluation {
  /** Mean cross-entropy, in nats. */
  loss: number;
  /** How many images were given another class than theirs. */
  errors: number;
  count: number;
  /** errors / count, in percent. */
  error: number;
}

type Logits = Program<tf.Tensor>;

export const compileLogits = (model: tf.LayersModel, batch: number): Promise<Logits> =>
  compile((x) => model.apply(x, { training: false }) as tf.Tensor, [{ shape: inputShape(model, batch) }]);

/** Sums over one split, with a program from `compileLogits` of the same batch size. */
export async function evaluateWith(logits: Logits, split: Split, batch: number): Promise<Evaluation> {
  const x = new Float32Array((split.images.length / split.count) * batch);
  const y = new Int32Array(batch);
  let loss = 0;
  let errors = 0;
  for (const indices of consecutiveBatches(split.count, batch)) {
    const rows = fillBatch(split, indices, x, y);
    const output = await logits(x);
    const values = output.dataSync<'float32'>();
    output.dispose();
    const classes = values.length / batch;
    for (let row = 0; row < rows; row++) {
      const scores = values.subarray(row * classes, (row + 1) * classes);
      const largest = Math.max(...scores);
      const right = scores[y[row]];
      loss += largest - right + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0));
      if (scores.indexOf(largest) !== y[row]) errors++;
    }
  }
  return { loss: loss / split.count, errors, count: split.count, error: (100 * errors) / split.count };
}

/**
 * The loss and the errors of a model (images to logits) on a split, through a compiled program. The last batch is padded
 * and its padding is not counted; of equal logits the first class wins.
 *
 * @throws RangeError when the model cannot take the split
 */
export async function evaluate(model: tf.LayersModel, split: Split, { batch = 1000 } = {}): Promise<Evaluation> {
  checkSplit('evaluate', model, split);
  checkWhole('evaluate: the batch', batch);
  const size = Math.min(batch, split.count);
  const logits = await compileLogits(model, size);
  try {
    return await evaluateWith(logits, split, size);
  } finally {
    await logits.dispose();
  }
}
