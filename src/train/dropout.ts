import * as tf from '@tensorflow/tfjs';
import type { Spec } from '../engine';
import { bernoulli, foldIn, type Key } from '../random';

type DropoutLayer = tf.layers.Layer & { rate: number };

/**
 * Dropout by keyed masks (Srivastava et al. 2014): tfjs' own layer draws on the host, once a trace. Here each mask is an
 * argument of the compiled step, drawn anew for every batch.
 */
export class Dropout {
  private readonly layers: DropoutLayer[];
  private readonly shapes: number[][];

  constructor(model: tf.LayersModel, batch: number) {
    this.layers = model.layers.filter((layer): layer is DropoutLayer => layer.getClassName() === 'Dropout' && (layer as DropoutLayer).rate > 0);
    this.shapes = this.layers.map((layer) => {
      if (layer.inboundNodes.length !== 1) throw new Error(`fit: the dropout layer ${layer.name} must be used once, got ${layer.inboundNodes.length} uses; give each place a layer of its own`);
      return [batch, ...((layer.input as tf.SymbolicTensor).shape.slice(1) as number[])];
    });
  }

  /** The masks' specs, to be added to those of the compiled function. */
  get specs(): Spec[] {
    return this.shapes.map((shape) => ({ shape, dtype: 'bool' }));
  }

  /** The masks of several batches, one after the other, given the key of each: 1 where a unit is kept. */
  draw(keys: readonly Key[]): Uint8Array[] {
    return this.shapes.map((shape, i) => {
      const size = tf.util.sizeFromShape(shape);
      const masks = new Uint8Array(keys.length * size);
      keys.forEach((key, step) => masks.set(bernoulli(foldIn(key, i), size, 1 - this.layers[i].rate), step * size));
      return masks;
    });
  }

  /** Runs `fn` with the layers multiplying by `masks / (1 − rate)`. */
  apply<T>(masks: readonly tf.Tensor[], fn: () => T): T {
    this.layers.forEach((layer, i) => {
      layer.call = (inputs) => {
        const x = Array.isArray(inputs) ? inputs[0] : inputs;
        return tf.mul(x, tf.div(tf.cast(masks[i], 'float32'), 1 - layer.rate));
      };
    });
    try {
      return fn();
    } finally {
      for (const layer of this.layers) Reflect.deleteProperty(layer, 'call');
    }
  }
}
