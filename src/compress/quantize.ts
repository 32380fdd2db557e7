import * as tf from '@tensorflow/tfjs';
import { initialStep, linear, lsq, type LinearOptions } from '../quantizers';
import { checkBits } from '../quantizers/options';
import { checkOptions } from '../system';
import type { Method, Transform } from '../weights';

/** What `quantize` takes: how many bits, and where the step comes from. */
export interface QuantizeOptions extends Omit<LinearOptions, 'range'> {
  /** `range`: from the weights as they are, at each step anew; `learned`: by gradient (LSQ), one for the layer. `range` if left out. */
  step?: 'range' | 'learned';
  /** Rounds at random in training, by the training's key. */
  stochastic?: boolean;
}

/** The transform that `quantize` makes. */
export interface Quantize extends Transform {
  /** The learned step, a scalar `[]`; only where the step is `learned`. */
  readonly step?: tf.Variable;
}

/**
 * Weights of 2^bits evenly spaced values, trained through the rounding: the weights stay floats below, and the layer computes with the rounded ones.
 *
 * - forward: `linear` of the weights, by the range that they have (Krishnamoorthi 2018), or `lsq` with a step that is trained beside them (Esser et al. 2020)
 * - gradient: straight through, as the quantizer says
 *
 * Put on without a training it is post-training quantisation of the weights.
 *
 * ```ts
 * import { key, mlp, parametrize, quantize } from 'squeezelab';
 *
 * const layer = mlp(key(1), [784, 32, 10]).getLayer('fc1');
 * parametrize(layer, 'kernel', quantize({ bits: 4 }));
 * console.log(new Set(layer.getWeights()[0].dataSync()).size); // => 15
 * ```
 *
 * @returns a method for weights of any shape `[...shape]`, which stays; a step is a scalar, with `perChannel` one for each index of the last axis
 * @throws RangeError when bits is not a whole number from 2 (affine: 1) to 16, or weights without a mean magnitude are to start a step; TypeError for an option that there is not, or one that a learned step does not take
 */
export function quantize(options: QuantizeOptions): Method<Quantize> {
  checkOptions('quantize', options, ['bits', 'step', 'symmetric', 'perChannel', 'stochastic']);
  const { bits, step = 'range', stochastic = false, symmetric = true, perChannel = false } = options;
  checkBits('quantize', bits, symmetric ? 2 : 1);
  if (!['range', 'learned'].includes(step)) throw new TypeError(`quantize: the step must be range or learned, got ${String(step)}`);
  if (step === 'learned' && (stochastic || perChannel || !symmetric)) throw new TypeError('quantize: a learned step is one for the layer, symmetric, and rounds to the nearest value; leave the other options out');
  return (value, name) => {
    if (step === 'range') {
      return {
        name: 'quantize',
        single: true,
        forward: (w, draws?: tf.Tensor) => linear(w, { bits, symmetric, perChannel }, draws),
        ...(stochastic && { draws: [{ shape: value.shape, from: 'uniform' }] }),
      };
    }
    const start = tf.tidy(() => initialStep(value, { bits }).dataSync()[0]);
    if (!(start > 0 && start < Infinity)) throw new RangeError(`quantize: the weights of ${name} must be finite and not zero alone for a step to start from, got ${start}; initialise or train them first`);
    const learned = tf.tidy(() => tf.variable(tf.scalar(start)));
    return { name: 'quantize', single: true, step: learned, trained: [{ variable: learned }], forward: (w) => lsq(w, learned, { bits }) };
  };
}
