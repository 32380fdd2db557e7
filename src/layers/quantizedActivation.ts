import * as tf from '@tensorflow/tfjs';
import { linear, lsq, sign } from '../quantizers';
import { checkBits } from '../quantizers/bits';
import { type Draw, drawsOf } from '../random';

type LayerConfig = ConstructorParameters<typeof tf.layers.Layer>[0];

export interface QuantizedActivationConfig {
  /** `sign`: −1 and +1; `linear`: evenly spaced in a fixed range; `lsq`: evenly spaced, by a step that is learned. */
  quantizer: 'sign' | 'linear' | 'lsq';
  /** Of `linear` and `lsq`. */
  bits?: number;
  /** Of `linear`: zero must lie in it. From 0 on, as behind a ReLU, all values are above zero. */
  range?: [min: number, max: number];
  /** Of `lsq`: whether there are values below zero. Behind a ReLU there are none. */
  signed?: boolean;
  /** Of `sign` and `linear`: rounds at random in training, by the training's key. */
  stochastic?: boolean;
}

/**
 * An activation of few values: the quantizer of its name (`sign`, `linear`, `lsq`) on what the layer below gives, with its gradient. Shapes stay.
 *
 * `lsq` trains a step, the layer's one weight, whose gradient is scaled by the features of one example. It begins at 1 / √Qp, which is right for activations of a mean magnitude of 1/2; `initializeSteps(model, x)` sets it from data.
 *
 * @throws TypeError when the quantizer is none of these, RangeError when bits or range cannot be
 */
export class QuantizedActivation extends tf.layers.Layer {
  static readonly className = 'QuantizedActivation';
  readonly quantizer: QuantizedActivationConfig['quantizer'];
  readonly bits: number;
  readonly signed: boolean;
  private readonly range: [number, number] | undefined;
  private readonly stochastic: boolean;
  private step?: ReturnType<tf.layers.Layer['addWeight']>;

  constructor(config: QuantizedActivationConfig & LayerConfig) {
    super(config);
    const { quantizer, bits = 1, range, signed = false, stochastic = false } = config;
    const where = `QuantizedActivation ${this.name}`;
    if (!['sign', 'linear', 'lsq'].includes(quantizer)) throw new TypeError(`${where}: the quantizer must be sign, linear or lsq, got ${String(quantizer)}`);
    if (quantizer !== 'sign') checkBits(where, bits, quantizer === 'lsq' && signed ? 2 : 1);
    if (quantizer === 'linear' && !(Array.isArray(range) && range[0] <= 0 && range[1] > 0)) throw new RangeError(`${where}: linear must have a range that holds 0, got ${String(range)}; write range: [0, 4], say`);
    this.quantizer = quantizer;
    this.bits = bits;
    this.range = range;
    this.signed = signed;
    this.stochastic = stochastic;
  }

  override build(shape: tf.Shape | tf.Shape[]): void {
    if (this.quantizer === 'lsq') {
      const above = this.signed ? 2 ** (this.bits - 1) - 1 : 2 ** this.bits - 1;
      this.step = this.addWeight('step', [], 'float32', tf.initializers.constant({ value: 1 / Math.sqrt(above) }));
    }
    super.build(shape);
  }

  /** What a training step draws for an input of a shape. */
  draws(input: readonly number[]): readonly Draw[] {
    return this.stochastic ? [{ shape: input, from: 'uniform' }] : [];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const [draws] = drawsOf(this) ?? [];
    if (this.quantizer === 'sign') return sign(x, draws);
    if (this.quantizer === 'linear') return linear(x, { bits: this.bits, symmetric: false, range: this.range }, draws);
    return lsq(x, this.step!.read(), { bits: this.bits, signed: this.signed, count: x.size / x.shape[0] });
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { quantizer, bits, range, signed, stochastic } = this;
    return { ...super.getConfig(), quantizer, bits, signed, stochastic, ...(range && { range }) };
  }
}

tf.serialization.registerClass(QuantizedActivation);
