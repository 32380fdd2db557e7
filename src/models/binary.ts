import * as tf from '@tensorflow/tfjs';
import { HardTanh, QuantizedActivation, ShiftNormalization } from '../layers';
import type { Key } from '../random';
import { described } from '../system';
import { initialize } from './initialize';
import { layer, type Piece } from './pieces';

/** What stands between the layers of a net that is binarized, or of its twin in floats. */
export interface BinaryOptions {
  /** `sign` if left out; `stochastic sign` draws its signs in training; `hard tanh` and `relu` are for twins. */
  activation?: 'sign' | 'stochastic sign' | 'hard tanh' | 'relu';
  /** `batch` if left out; `shift`: by powers of two. */
  normalization?: 'batch' | 'shift';
}

export const BINARY_OPTIONS = ['activation', 'normalization'];

/** As in the authors' code. */
const NORMALIZATION = { momentum: 0.9, epsilon: 1e-4 };

const ACTIVATIONS: Record<NonNullable<BinaryOptions['activation']>, (name: string) => tf.layers.Layer> = {
  sign: (name) => new QuantizedActivation({ name: `${name}/sign`, quantizer: 'sign' }),
  'stochastic sign': (name) => new QuantizedActivation({ name: `${name}/sign`, quantizer: 'sign', stochastic: true }),
  'hard tanh': (name) => new HardTanh({ name: `${name}/tanh` }),
  relu: (name) => tf.layers.reLU({ name: `${name}/relu` }),
};

/** Normalisation and activation behind the layer of a name. */
export function behind(where: string, { activation = 'sign', normalization = 'batch' }: BinaryOptions): { normalized: (name: string) => Piece; activated: (name: string) => Piece } {
  if (!Object.hasOwn(ACTIVATIONS, activation)) throw new TypeError(`${where}: the activation must be ${Object.keys(ACTIVATIONS).join(', ')}, got ${described(activation)}`);
  if (!['batch', 'shift'].includes(normalization)) throw new TypeError(`${where}: the normalization must be batch or shift, got ${described(normalization)}`);
  return {
    normalized: (name) => layer(normalization === 'shift' ? new ShiftNormalization({ name: `${name}/norm`, ...NORMALIZATION }) : tf.layers.batchNormalization({ name: `${name}/norm`, ...NORMALIZATION })),
    activated: (name) => layer(ACTIVATIONS[activation](name)),
  };
}

/** Where activations are signs, weights begin evenly in ±1, as in the authors' code; else as in every model here. */
export const drawn = <M extends tf.LayersModel>(model: M, key: Key, { activation = 'sign' }: BinaryOptions): M => initialize(model, key, { limit: activation.endsWith('sign') ? 1 : undefined });
