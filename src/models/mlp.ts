import * as tf from '@tensorflow/tfjs';
import type { Key } from '../random';
import { initialize } from './initialize';
import { checkOptions, described } from '../system';

/** What regularises an `mlp`. */
export interface MlpOptions {
  /** The rates of dropout of the input and of the hidden layers (Srivastava et al. 2014), of all or `[layers - 1]` of each; 0, that of both if left out, is none. */
  dropout?: { input: number; hidden: number | readonly number[] };
  /** The largest norm of the weights into a hidden unit (Srivastava et al. 2014, section 5.1), kept after each update; left out, there is no limit. */
  maxNorm?: number;
}

/**
 * A net of dense layers, ReLU between: `mlp(key, [784, 1200, 1200, 10])` is the teacher of Hinton et al. 2015, section 3. Takes `[batch, units[0]]` and returns logits
 * `[batch, units.at(-1)]`; its layers are `fc1`, `fc2`, ...
 *
 * @param units `[layers + 1]`: the input's features, the units of each hidden layer, the classes
 * @throws RangeError for less than two layers of units, or not as many rates as hidden layers
 * @throws TypeError when `key` is no key, or for an option that there is not
 */
export function mlp(key: Key, units: readonly number[], options: MlpOptions = {}): tf.Sequential {
  checkOptions('mlp', options, ['dropout', 'maxNorm']);
  const { dropout = { input: 0, hidden: 0 }, maxNorm } = options;
  const counts: readonly unknown[] = Array.isArray(units) ? units : [];
  if (counts.length < 2 || !counts.every((count) => Number.isInteger(count) && (count as number) >= 1)) throw new RangeError(`mlp: there must be units of an input and of an output, such as [784, 100, 10], got ${described(units)}`);
  const last = units.length - 1;
  const hidden = typeof dropout.hidden === 'number' ? new Array<number>(last - 1).fill(dropout.hidden) : dropout.hidden;
  if (hidden.length !== last - 1) throw new RangeError(`mlp: there must be a rate of dropout for each of the ${last - 1} hidden layers, got ${hidden.length}`);
  const model = tf.sequential({ name: `mlp-${units.join('-')}` });
  model.add(tf.layers.inputLayer({ inputShape: [units[0]] }));
  for (let i = 1; i <= last; i++) {
    const rate = i === 1 ? dropout.input : hidden[i - 2];
    if (rate) model.add(tf.layers.dropout({ name: `drop${i}`, rate }));
    const inner = { activation: 'relu', ...(maxNorm && { kernelConstraint: tf.constraints.maxNorm({ maxValue: maxNorm }) }) } as const;
    model.add(tf.layers.dense({ name: `fc${i}`, units: units[i], ...(i < last && inner) }));
  }
  return initialize(model, key);
}
