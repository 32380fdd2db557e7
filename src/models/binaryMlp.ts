import * as tf from '@tensorflow/tfjs';
import type { Key } from '../random';
import { checkOptions, described } from '../system';
import { behind, BINARY_OPTIONS, type BinaryOptions, drawn } from './binary';
import { assemble, layer, type Piece } from './pieces';

/** What a `binaryMlp` takes besides its units. */
export interface BinaryMlpOptions extends BinaryOptions {
  /** Rates of dropout of the input and of what each hidden layer gives; 0 if left out. */
  dropout?: { input: number; hidden: number };
}

/**
 * The perceptron that Courbariaux et al. 2016 binarize on MNIST, its weights still floats: dense layers without biases, each with batch normalisation behind it, the last one too, and the sign between. `binaryMlp(key, [784, 2048, 2048, 2048, 10])`, and
 * `parametrizeAll(model, binarize())` makes signs of the weights. Takes `[batch, units[0]]`, in the paper from −1 to 1, and returns `[batch, units.at(-1)]`; its layers are `fc1`, `fc1/norm`, `fc1/sign`, `fc2`, ...
 *
 * @param units `[layers + 1]`: the input's features, the units of each hidden layer, the classes
 * @throws RangeError for less than two layers of units
 * @throws TypeError when `key` is no key, or for an option that there is not
 */
export function binaryMlp(key: Key, units: readonly number[], options: BinaryMlpOptions = {}): tf.LayersModel {
  checkOptions('binaryMlp', options, [...BINARY_OPTIONS, 'dropout']);
  const counts: readonly unknown[] = Array.isArray(units) ? units : [];
  if (counts.length < 2 || !counts.every((count) => Number.isInteger(count) && (count as number) >= 1)) throw new RangeError(`binaryMlp: there must be units of an input and of an output, such as [784, 2048, 10], got ${described(units)}`);
  const { dropout = { input: 0, hidden: 0 } } = options;
  const { normalized, activated } = behind('binaryMlp', options);
  const last = units.length - 1;
  const layers = units.slice(1).flatMap((count, i): Piece[] => {
    const name = `fc${i + 1}`;
    const rate = i === 0 ? dropout.input : dropout.hidden;
    return [
      ...(rate ? [layer(tf.layers.dropout({ name: `drop${i + 1}`, rate }))] : []),
      layer(tf.layers.dense({ name, units: count, useBias: false, kernelInitializer: 'zeros' })),
      normalized(name),
      ...(i + 1 < last ? [activated(name)] : []),
    ];
  });
  return drawn(assemble(`binary-mlp-${units.join('-')}`, [units[0]], ...layers), key, options);
}
