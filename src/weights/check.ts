import * as tf from '@tensorflow/tfjs';
import type { Trained, Transform } from './transform';
import type { Weight } from './weight';
import { trace } from '../engine/trace';
import { withDraws } from '../random/draws';

/**
 * Traces what a training step does with a weight, `effective` of what is `trained`, and refuses a transform with which it could not train.
 *
 * @throws Error that names the transform and the weight: another shape, no gradient, a value that is read, a draw
 */
export function checkTransform(transform: Transform, weight: Weight, trained: readonly Trained[], effective: () => tf.Tensor): void {
  const where = `parametrize: ${transform.name} of ${weight.originalName}`;
  if (transform.instead && !transform.trained?.length) throw new Error(`${where} must name what is trained instead of the weight, got nothing; list its variables in trained`);
  const variables = trained.map(({ variable }) => variable);
  const frozen = transform.trained?.find(({ variable }) => !variable.trainable);
  if (frozen) throw new Error(`${where} must be trainable in all that it lists in trained, got the variable ${frozen.variable.name}, which is not; make it by tf.variable(value), or list it in state`);
  const free = variables.filter(({ trainable }) => trainable);
  const step = (...draws: tf.Tensor[]): tf.Tensor => {
    const read = (): tf.Tensor => (draws.length ? withDraws(new Map([[transform, draws]]), effective) : effective());
    const value = read(); // by itself first: an error within a gradient leaves tensors behind
    if (value.dtype !== 'float32' || value.shape.join() !== weight.shape.join()) throw new Error(`${where} must make float32 [${weight.shape.join()}], got ${value.dtype} [${value.shape.join()}]`);
    const gradients = free.length ? connected(() => tf.variableGrads(() => tf.sum(read()), free).grads) : {};
    const still = free.find(({ name }) => !gradients[name]);
    if (still) {
      const own = transform.trained?.some(({ variable }) => variable === still);
      throw new Error(`${where} must let a gradient through to ${own ? `what is trained, got none to the variable ${still.name} [${still.shape.join()}]` : 'the weight, got none'}; what rounds takes a quantizer (docs/quantizers.md)`);
    }
    return value;
  };
  try {
    trace(step, []);
    if (transform.draws?.length) trace(step, transform.draws.map(({ shape, from }) => ({ shape, dtype: from === 'bits' ? 'bool' : 'float32' })));
  } catch (error) {
    const { message } = error as Error;
    throw message.startsWith(where) ? error : new Error(`${where}: ${message}`, { cause: error });
  }
}

/** Gradients by the variables' names; without a connection to any of them tfjs throws, here each is missing. */
function connected(gradients: () => tf.NamedTensorMap): tf.NamedTensorMap {
  try {
    return gradients();
  } catch (error) {
    if (/Cannot find a connection/.test((error as Error).message)) return {};
    throw error;
  }
}
