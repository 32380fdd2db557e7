import * as tf from '@tensorflow/tfjs';
import type { Key } from '../random';
import { initialize } from './initialize';
import { checkOptions, described } from '../system';

/** What regularises an `mlp`. */
export interface MlpOptions {
  /** The rates of dropout of the input and of each hidden layer (Srivastava et al. 2014); 0, that of both if left out, is none. */
  dropout?: { input: number; hidden: number };
  /** The largest norm of the weights into a hidden unit (Srivastava et al. 2014, section 5.1), kept after each update; left out, there is no limit. */
  maxNorm?: number;
}

/**
 * A net of dense layers, ReLU between: `mlp(key, [784, 1200, 1200, 10])` is the teacher of Hinton et al. 2015, section 3. Takes `[batch, units[0]]` and returns logits
 * `[batch, units.at(-1)]`; its layers are `fc1`, `fc2`, ...
 *
 * @param units `[layers + 1]`: the input's features, the units of each hidden layer, the classes
 * @throws RangeError for less than two layers of units
 * @throws TypeError when `key` is no key, or for an option that there is not
 */
export function mlp(key: Key, units: readonly number[], options: MlpOptions = {}): tf.Sequential {
  checkOptions('mlp', options, ['dropout', 'maxNorm']);
  const { dropout = { input: 0, hidden: 0 }, maxNorm } = options;
  const counts: readonly unknown[] = Array.isArray(units) ? units : [];
  if (counts.length < 2 || !counts.every((count) => Number.isInteger(count) && (count as number) >= 1)) throw new RangeError(`mlp: there must be units of an input and of an output, such as [784, 100, 10], got ${described(units)}`);
  const last = units.length - 1;
  const model = tf.sequential({ name: `mlp-${units.join('-')}` });
  model.add(tf.layers.inputLayer({ inputShape: [units[0]] }));
  for (let i = 1; i <= last; i++) {
    const rate = i === 1 ? dropout.input : dropout.hidden;
    if (rate) model.add(tf.layers.dropout({ name: `drop${i}`, rate }));
    const hidden = { activation: 'relu', ...(maxNorm && { kernelConstraint: tf.constraints.maxNorm({ maxValue: maxNorm }) }) } as const;
    model.add(tf.layers.dense({ name: `fc${i}`, units: units[i], ...(i < last && hidden) }));
  }
  return initialize(model, key);
}
