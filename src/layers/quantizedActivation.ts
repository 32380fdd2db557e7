import * as tf from '@tensorflow/tfjs';
import { initialStep, linear, lsq, lsqLimits, sign } from '../quantizers';
import { checkLinear } from '../quantizers/linear';
import { checkLsq } from '../quantizers/lsq';
import { checkOptions } from '../system';
import { type Draw } from '../random';
import { drawsOf } from '../random/draws';
import { sizeOf } from '../system';

type LayerConfig = ConstructorParameters<typeof tf.layers.Layer>[0];
/** What every layer takes, of a caller or of tfjs when it reads one. */
const OF_LAYERS = ['name', 'trainable', 'inputShape', 'batchInputShape', 'batchSize', 'dtype', 'inputDType', 'weights', 'customObjects'];

/** What a `QuantizedActivation` takes besides what every layer does. */
export interface QuantizedActivationConfig {
  /** `sign`: −1 and +1; `linear`: evenly spaced in a fixed range; `lsq`: evenly spaced, by a step that is learned. */
  quantizer: 'sign' | 'linear' | 'lsq';
  /** Of `linear` and `lsq`, which need it: values are at most 2^bits. */
  bits?: number;
  /** Of `linear`: zero must lie in it. From 0 on, as behind a ReLU, all values are above zero. */
  range?: [min: number, max: number];
  /** Of `linear`: zero in the middle, as in `[-1, 1]`, where an affine grid has one value more below zero than above it. False if left out. */
  symmetric?: boolean;
  /** Of `lsq`: whether there are values below zero. Behind a ReLU there are none. False if left out. */
  signed?: boolean;
  /** Of `sign` and `linear`: rounds at random in training, by the training's key. False if left out. */
  stochastic?: boolean;
}

/** What each quantizer takes. */
const OPTIONS = { sign: ['stochastic'], linear: ['bits', 'range', 'symmetric', 'stochastic'], lsq: ['bits', 'signed'] };

/**
 * An activation of few values: the quantizer of its name (`sign`, `linear`, `lsq`) on what the layer below gives, with its gradient. Shapes stay.
 *
 * `lsq` trains a step, the layer's one weight, whose gradient is scaled by the features of one example. It begins at 1 / √Qp, which is right for activations of a mean magnitude of 1/2; `initializeSteps(model, x)` sets it from data.
 *
 * @throws TypeError when the quantizer is none of these, or an option is not of it; RangeError when bits or range cannot be
 */
export class QuantizedActivation extends tf.layers.Layer {
  static readonly className = 'QuantizedActivation';
  readonly quantizer: QuantizedActivationConfig['quantizer'];
  readonly bits: number;
  readonly signed: boolean;
  /** Of stochastic ones alone: what a training step draws for an input of a shape. */
  readonly draws?: (input: readonly number[]) => readonly Draw[];
  /** While it is set, each call sets the step by what comes in: see `initializeSteps`. */
  starting = false;
  private readonly range: [number, number] | undefined;
  private readonly symmetric: boolean;
  private step?: ReturnType<tf.layers.Layer['addWeight']>;

  constructor(config: QuantizedActivationConfig & LayerConfig) {
    super(config);
    const { quantizer, bits, range, symmetric = false, signed = false, stochastic = false } = config;
    const where = `QuantizedActivation ${this.name}`;
    if (!Object.hasOwn(OPTIONS, quantizer)) throw new TypeError(`${where}: the quantizer must be sign, linear or lsq, got ${String(quantizer)}`);
    checkOptions(where, Object.fromEntries(Object.entries(config).filter(([name]) => !OF_LAYERS.includes(name))), ['quantizer', ...OPTIONS[quantizer]]);
    this.quantizer = quantizer;
    this.bits = quantizer === 'sign' ? 1 : bits!;
    this.range = range;
    this.symmetric = symmetric;
    this.signed = signed;
    if (quantizer === 'lsq') checkLsq(where, this);
    if (quantizer === 'linear') {
      if (!Array.isArray(range)) throw new TypeError(`${where}: linear needs a range, got ${String(range)}; write range: [0, 4], say`);
      checkLinear(where, { bits: this.bits, symmetric, range });
    }
    if (stochastic) this.draws = (shape) => [{ shape, from: 'uniform' }];
  }

  override build(shape: tf.Shape | tf.Shape[]): void {
    if (this.quantizer === 'lsq') this.step = this.addWeight('step', [], 'float32', tf.initializers.constant({ value: 1 / Math.sqrt(lsqLimits(this)[1]) }));
    super.build(shape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const { quantizer, bits, range, symmetric, signed } = this;
    const [draws] = drawsOf(this) ?? [];
    if (quantizer === 'sign') return sign(x, draws);
    if (quantizer === 'linear') return linear(x, { bits, symmetric, range }, draws);
    if (this.starting) this.step!.write(initialStep(x, this));
    return lsq(x, this.step!.read(), { bits, signed, count: sizeOf(x.shape.slice(1)) });
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { quantizer, bits, range, symmetric, signed } = this;
    const all = Object.entries({ bits, range: range!, symmetric, signed, stochastic: this.draws !== undefined });
    return { ...super.getConfig(), quantizer, ...Object.fromEntries(all.filter(([name]) => OPTIONS[quantizer].includes(name))) };
  }
}

tf.serialization.registerClass(QuantizedActivation);
