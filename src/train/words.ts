import * as tf from '@tensorflow/tfjs';
import type { Batches } from '../data';
import { compile } from '../engine';
import { sparseCrossEntropy } from './losses';
import type { BatchLoss } from './step';
import { sizeOf } from '../system';

/** What training and measuring a word model share. */
export interface WordTask {
  /** For `train`: the loss of a step's words, and the states that go on to the next. */
  loss: BatchLoss;
  /** The states before a step, `[batch, units]` each, which the loss assigns. */
  carried: readonly tf.Variable[];
}

/**
 * The loss of a word model (`wordLstm`: words and states to logits and states) on `batch` parts of a text read side by side, and the variables that carry its states from one step to the next: for `train(model, { ...wordTask(model, batch), batches: textBatches(words, { batch, steps }), … })`.
 *
 * No gradient flows into the states before a step: backpropagation is truncated there (Zaremba et al. 2014, section 4).
 *
 * @param model words `[steps, batch]` and states `[batch, units]` to logits `[steps · batch, vocabulary]` and states `[batch, units]`
 * @param batch how many parts, as `textBatches` has them
 */
export function wordTask(model: tf.LayersModel, batch: number): WordTask {
  return taskOf(model, batch, true);
}

function taskOf(model: tf.LayersModel, batch: number, training: boolean): WordTask {
  const carried = model.inputs.slice(1).map(({ shape }) => tf.tidy(() => tf.variable(tf.zeros([batch, ...(shape.slice(1) as number[])]), false)));
  return {
    carried,
    loss: ([words, next]) => {
      const [logits, ...states] = model.apply([words, ...carried], { training }) as tf.Tensor[];
      states.forEach((state, i) => carried[i].assign(state));
      return sparseCrossEntropy(next, logits);
    },
  };
}

/**
 * The perplexity of a word model on a text, e to the mean loss of a word in nats, read as it is trained: in parts side by side, from states of zero on.
 *
 * @param model as `wordTask` takes it
 * @param batches `textBatches` of the text: words `[steps, batch]` and the next ones `[steps · batch]`
 * @throws TraceError when the model cannot be compiled
 */
export async function perplexity(model: tf.LayersModel, batches: Batches): Promise<number> {
  const [{ shape }] = batches.specs;
  const { loss, carried } = taskOf(model, shape[1], false);
  const program = await compile((...batch) => loss(batch), batches.specs);
  const arrays = batches.specs.map(({ shape }) => new Int32Array(sizeOf(shape)));
  try {
    let sum = 0;
    for (let step = 0; step < batches.steps; step++) {
      batches.fill({ epoch: 0, step }, arrays);
      const value = await program(...arrays);
      sum += value.dataSync()[0];
      value.dispose();
    }
    return Math.exp(sum / batches.steps);
  } finally {
    await program.dispose();
    tf.dispose([...carried]);
  }
}
