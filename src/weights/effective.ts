import * as tf from '@tensorflow/tfjs';
import { stackOf } from './stack';

/**
 * Runs `fn` while each weight of a model that has transforms reads a variable with its effective value: so they are no part of what `fn` computes. `fn` gets the names of all weights by their variables.
 */
export function withEffectiveWeights<T>(model: tf.LayersModel, fn: (names: ReadonlyMap<tf.Variable, string>) => T): T {
  const names = new Map<tf.Variable, string>();
  const made: tf.Variable[] = [];
  const restore: (() => void)[] = [];
  try {
    for (const weight of new Set(model.weights)) {
      if (stackOf(weight)) {
        const variable = tf.tidy(() => tf.variable(tf.clone<tf.Tensor>(weight.read()), false));
        made.push(variable);
        const own = Object.getOwnPropertyDescriptor(weight, 'read');
        Object.defineProperty(weight, 'read', { configurable: true, writable: true, value: () => variable });
        restore.push(() => (own ? Object.defineProperty(weight, 'read', own) : Reflect.deleteProperty(weight, 'read')));
      }
      names.set(weight.read() as tf.Variable, weight.originalName);
    }
    return fn(names);
  } finally {
    restore.reverse().forEach((undo) => undo());
    tf.dispose(made);
  }
}
