import * as tf from '@tensorflow/tfjs';
import type { Spec } from '../engine';
import { type Draw, foldIn, type Key } from '../random';
import { layersOf, withCalls } from './calls';
import { drawn, drawsOf, withDraws } from '../random/draws';
import { sizeOf } from '../system';
import { allTransforms } from '../weights/model';

type Layer = tf.layers.Layer;
/** `getNoiseShape` gives the shape of a mask that several units share, one for each of an image's channels say. */
type DropoutLayer = Layer & { rate: number; getNoiseShape(input: { shape: number[] }): number[] | undefined };
/** A layer that asks `drawsOf(this)` when it is called; it says what it needs for an input of a shape. */
type DrawingLayer = Layer & { draws(input: readonly number[]): readonly Draw[] };

const isDropout = (layer: Layer): layer is DropoutLayer => ['Dropout', 'SpatialDropout1D'].includes(layer.getClassName()) && (layer as DropoutLayer).rate > 0;
const isDrawing = (layer: Layer): layer is DrawingLayer => typeof (layer as DrawingLayer).draws === 'function';

/**
 * All that a training step draws: dropout masks (Srivastava et al. 2014), and what layers and transforms of weights ask for. Each is an argument of the
 * compiled step, drawn anew for every batch; tfjs' own layers would draw on the host, once a trace.
 */
export class Draws {
  private readonly dropouts: DropoutLayer[];
  private readonly drawing: DrawingLayer[];
  private readonly others: Layer[];
  private readonly asked: { owner: object; draws: readonly Draw[] }[];

  /** @throws Error when a layer that draws is used twice, or drops everything */
  constructor(model: tf.LayersModel, batch: number) {
    const layers = layersOf(model);
    this.dropouts = layers.filter(isDropout);
    this.drawing = layers.filter(isDrawing);
    this.others = layers.filter((layer) => !isDropout(layer) && !isDrawing(layer));
    const shapeOf = (layer: Layer): number[] => {
      if (layer.inboundNodes.length !== 1) throw usedTwice(layer, layer.inboundNodes.length);
      const shape = (layer.input as tf.SymbolicTensor).shape.slice(1);
      if (shape.includes(null)) throw new Error(`fit: the layer ${layer.name}, which draws, must get a shape that is known but for the batch, got [${['batch', ...shape.map((length) => length ?? '?')].join()}]; give the model's inputs their whole shapes`);
      return [batch, ...(shape as number[])];
    };
    this.asked = [
      ...this.dropouts.map((owner) => {
        const shape = shapeOf(owner);
        if (owner.rate >= 1) throw new Error(`fit: the rate of the dropout layer ${owner.name} must be below 1, got ${owner.rate}`);
        return { owner, draws: [{ shape: owner.getNoiseShape({ shape }) ?? shape, from: 'bits' as const, probability: 1 - owner.rate }] };
      }),
      ...this.drawing.map((owner) => ({ owner, draws: owner.draws(shapeOf(owner)) })),
      ...allTransforms(model).map((owner) => ({ owner, draws: owner.draws ?? [] })),
    ];
  }

  private get all(): Draw[] {
    return this.asked.flatMap(({ draws }) => draws);
  }

  /** To be added to the specs of the compiled step. */
  get specs(): Spec[] {
    return this.all.map(({ shape, from }) => ({ shape, dtype: from === 'bits' ? 'bool' : 'float32' }));
  }

  /** What several batches draw, one after the other, given the key of each. */
  draw(keys: readonly Key[]): (Float32Array | Uint8Array)[] {
    return this.all.map((draw, i) => {
      const size = sizeOf(draw.shape);
      const values = new (draw.from === 'bits' ? Uint8Array : Float32Array)(keys.length * size);
      keys.forEach((key, step) => values.set(drawn(draw, foldIn(key, i)), step * size));
      return values;
    });
  }

  /**
   * Runs `fn` with what was drawn at hand: dropout layers multiply by `mask / (1 − rate)`.
   *
   * @throws Error when a layer that draws is called twice, or another layer draws random numbers
   */
  apply<T>(drawn: readonly tf.Tensor[], fn: () => T): T {
    const left = [...drawn];
    const draws = new Map(this.asked.map(({ owner, draws }): [object, tf.Tensor[]] => [owner, left.splice(0, draws.length)]).filter(([, own]) => own.length));
    return withDraws(draws, () => withCalls(this.others, undrawn, () => withCalls(this.drawing, (layer) => once(layer), () => withCalls(this.dropouts, masked, fn))));
  }
}

const usedTwice = ({ name }: Layer, uses: number) => new Error(`fit: the layer ${name}, which draws, must be used once, got ${uses} uses; give each place a layer of its own`);

/** The layer's own call, once. */
function once(layer: Layer, call = layer.call.bind(layer)): Layer['call'] {
  let uses = 0;
  return (inputs, kwargs) => {
    if (++uses > 1) throw usedTwice(layer, uses);
    return call(inputs, kwargs);
  };
}

const masked = (layer: DropoutLayer): Layer['call'] =>
  once(layer, (inputs) => {
    const [mask] = drawsOf(layer)!;
    return tf.mul(Array.isArray(inputs) ? inputs[0] : inputs, tf.div(tf.cast(mask, 'float32'), 1 - layer.rate));
  });

/** The layer's own call, which may not draw: one draw would be in every step. */
function undrawn(layer: Layer): Layer['call'] {
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
