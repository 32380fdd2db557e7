import * as tf from '@tensorflow/tfjs';
import type { Spec } from '../engine';
import { bernoulli, foldIn, type Key } from '../random';
import { layersOf, withCalls } from './calls';

/** `getNoiseShape` gives the shape of a mask that several units share, one for each of an image's channels say. */
type DropoutLayer = tf.layers.Layer & { rate: number; getNoiseShape(input: { shape: number[] }): number[] | undefined };

const isDropout = (layer: tf.layers.Layer): layer is DropoutLayer => ['Dropout', 'SpatialDropout1D'].includes(layer.getClassName()) && (layer as DropoutLayer).rate > 0;

/**
 * Dropout by keyed masks (Srivastava et al. 2014): tfjs' own layers draw on the host, once a trace. Here each mask is an
 * argument of the compiled step, drawn anew for every batch.
 */
export class Dropout {
  private readonly layers: DropoutLayer[];
  private readonly others: tf.layers.Layer[];
  private readonly shapes: number[][];

  /** @throws Error when a dropout layer is used twice, or drops everything */
  constructor(model: tf.LayersModel, batch: number) {
    this.layers = layersOf(model).filter(isDropout);
    this.others = layersOf(model).filter((layer) => !isDropout(layer));
    this.shapes = this.layers.map((layer) => {
      if (layer.inboundNodes.length !== 1) throw usedTwice(layer, layer.inboundNodes.length);
      if (layer.rate >= 1) throw new Error(`fit: the rate of the dropout layer ${layer.name} must be below 1, got ${layer.rate}`);
      const shape = [batch, ...((layer.input as tf.SymbolicTensor).shape.slice(1) as number[])];
      return layer.getNoiseShape({ shape }) ?? shape;
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

  /**
   * Runs `fn` with the layers multiplying by `masks / (1 − rate)`.
   *
   * @throws Error when a dropout layer is called twice, or another layer draws random numbers
   */
  apply<T>(masks: readonly tf.Tensor[], fn: () => T): T {
    const masked = (layer: DropoutLayer, i: number): tf.layers.Layer['call'] => {
      let uses = 0;
      return (inputs) => {
        if (++uses > 1) throw usedTwice(layer, uses);
        const x = Array.isArray(inputs) ? inputs[0] : inputs;
        return tf.mul(x, tf.div(tf.cast(masks[i], 'float32'), 1 - layer.rate));
      };
    };
    return withCalls(this.others, undrawn, () => withCalls(this.layers, masked, fn));
  }
}

const usedTwice = ({ name }: tf.layers.Layer, uses: number) => new Error(`fit: the dropout layer ${name} must be used once, got ${uses} uses; give each place a layer of its own`);

/** The layer's own call, which may not draw: one draw would be in every step. */
function undrawn(layer: tf.layers.Layer): tf.layers.Layer['call'] {
  const call = layer.call.bind(layer);
  return (inputs, kwargs) => {
    const random = Math.random;
    Math.random = () => {
      throw new Error(`fit: a layer must not draw random numbers while it is trained, for no key decides them, got ${layer.name} (${layer.getClassName()}); take it out, or use tf.layers.dropout, whose masks come from the key`);
    };
    try {
      return call(inputs, kwargs);
    } finally {
      Math.random = random;
    }
  };
}
