import * as tf from '@tensorflow/tfjs';

type LayerConfig = ConstructorParameters<typeof tf.layers.Layer>[0];

/**
 * Some steps of a sequence `[steps, batch, features]`: those from `from` up to `to`, both counted from the end where they are negative, as Array's slice does. With `flat` their rows lie below each other, `[steps · batch, features]`; one step alone
 * is `[batch, features]` then.
 */
export class Steps extends tf.layers.Layer {
  static readonly className = 'Steps';
  private readonly from: number;
  private readonly to: number | undefined;
  private readonly flat: boolean;

  constructor(config: { from?: number; to?: number; flat?: boolean } & LayerConfig) {
    super(config);
    const { from = 0, to, flat = false } = config;
    this.from = from;
    this.to = to;
    this.flat = flat;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const [steps, batch, features] = x.shape;
    const at = (place: number) => Math.min(steps, place < 0 ? steps + place : place);
    const count = at(this.to ?? steps) - at(this.from);
    const part = tf.slice(x, [at(this.from), 0, 0], [count, batch, features]);
    return this.flat ? tf.reshape(part, [count * batch, features]) : part;
  }

  override computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape {
    const [, batch, features] = shape as tf.Shape;
    return this.flat ? [null, features] : [null, batch, features];
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { from, to, flat } = this;
    return { ...super.getConfig(), from, flat, ...(to !== undefined && { to }) };
  }
}

tf.serialization.registerClass(Steps);
