import * as tf from '@tensorflow/tfjs';
import { Steps, UnrolledLstm } from '../layers';
import { foldIn, type Key, uniform } from '../random';
import { checkOptions } from '../system';

/** The sizes of a `wordLstm`. */
export interface WordLstmOptions {
  /** How many words there are; 10,000 if left out. */
  vocabulary?: number;
  /** Features of a word, and units of each layer; 300 if left out. */
  units?: number;
  /** LSTM layers on top of each other; 1 if left out. */
  layers?: number;
}

/**
 * The word model of the quantised-LSTM papers on Penn Treebank (LSTM 1×300; two layers of 200 are Zaremba et al. 2014's small one): an embedding of as many features as units, LSTM layers, and a logit for each word. It takes words `[steps, batch]` (int32) and, layer by layer, the
 * states h and c `[batch, units]` before them, and returns the logits of the next words `[steps · batch, vocabulary]` and the states after them. 10,000 words and 300 units are 6,731,200 weights.
 *
 * Weights are drawn evenly from ±0.1, as Zaremba et al. draw those of the small model; biases are zero.
 *
 * @throws TypeError when `key` is no key, or for an option that there is not
 */
export function wordLstm(key: Key, options: WordLstmOptions = {}): tf.LayersModel {
  checkOptions('wordLstm', options, ['vocabulary', 'units', 'layers']);
  const { vocabulary = 10_000, units = 300, layers = 1 } = options;
  for (const [name, value] of Object.entries({ vocabulary, units, layers })) if (!Number.isInteger(value) || value < 1) throw new RangeError(`wordLstm: ${name} must be a whole number from 1, got ${value}`);
  const words = tf.input({ batchShape: [null, null], dtype: 'int32', name: 'words' });
  const states = Array.from({ length: layers }, (_, i) => ['h', 'c'].map((state) => tf.input({ shape: [units], name: `${state}${i + 1}` })));
  let x = tf.layers.embedding({ name: 'embedding', inputDim: vocabulary, outputDim: units, embeddingsInitializer: 'zeros' }).apply(words) as tf.SymbolicTensor;
  const after: tf.SymbolicTensor[] = [];
  states.forEach((state, i) => {
    const name = `lstm${i + 1}`;
    const all = new UnrolledLstm({ name, units }).apply([x, ...state]) as tf.SymbolicTensor;
    const steps = (part: string, from: number, to?: number, flat = true) => new Steps({ name: `${name}/${part}`, from, to, flat }).apply(all) as tf.SymbolicTensor;
    x = steps('outputs', 0, -1, i + 1 === layers);
    after.push(steps('h', -2, -1), steps('c', -1));
  });
  const logits = tf.layers.dense({ name: 'softmax', units: vocabulary, kernelInitializer: 'zeros' }).apply(x) as tf.SymbolicTensor;
  const model = tf.model({ name: 'word-lstm', inputs: [words, ...states.flat()], outputs: [logits, ...after] });
  for (const weight of model.weights) {
    if (weight.originalName.endsWith('/bias')) continue;
    const { shape, size } = weight.read();
    tf.tidy(() => void weight.write(tf.tensor(uniform(foldIn(key, weight.originalName), size, { min: -0.1, max: 0.1 }), shape)));
  }
  return model;
}
