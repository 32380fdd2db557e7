import * as tf from '@tensorflow/tfjs';
import { unrolled } from './recurrence';

type LayerConfig = ConstructorParameters<typeof tf.layers.Layer>[0];
type Weight = ReturnType<tf.layers.Layer['addWeight']>;

/**
 * A long short-term memory (Hochreiter & Schmidhuber 1997, with forget gates of Gers et al. 2000), unrolled over the first axis: of inputs `[steps, batch, features]` and the states h and c `[batch, units]` before them it makes
 * `[steps + 1, batch, units]`: the outputs of all steps, the last of which is h after them, and then c after them. (One tensor, for tfjs would run a layer once for each of several.)
 *
 * i, f, o = σ(W x + U h + b) and g = tanh(W x + U h + b), each with its part; c ← f ⊙ c + i ⊙ g; h ← o ⊙ tanh(c).
 *
 * The weights are `kernel` `[features, 4 units]`, `recurrent_kernel` `[units, 4 units]` and `bias` `[4 units]`, the gates in the order i, f, g, o as in tf.layers.lstm, with which it computes the same; the inputs of all steps are multiplied at once, and no step moves an axis.
 */
export class UnrolledLstm extends tf.layers.Layer {
  static readonly className = 'UnrolledLstm';
  private readonly units: number;
  private kernel!: Weight;
  private recurrentKernel!: Weight;
  private bias!: Weight;

  constructor(config: { units: number } & LayerConfig) {
    super(config);
    if (!Number.isInteger(config.units) || config.units < 1) throw new RangeError(`UnrolledLstm ${this.name}: units must be a whole number from 1, got ${config.units}`);
    this.units = config.units;
  }

  override build(shapes: tf.Shape | tf.Shape[]): void {
    const [[, , features]] = shapes as tf.Shape[];
    const gates = 4 * this.units;
    this.kernel = this.addWeight('kernel', [features, gates], 'float32', tf.initializers.zeros());
    this.recurrentKernel = this.addWeight('recurrent_kernel', [this.units, gates], 'float32', tf.initializers.zeros());
    this.bias = this.addWeight('bias', [gates], 'float32', tf.initializers.zeros());
    super.build(shapes);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x, h0, c0] = inputs as tf.Tensor[];
    const [steps, batch, features] = x.shape;
    const rows = tf.reshape<tf.Rank.R2>(x, [steps * batch, features]);
    const gates = tf.add(tf.matMul(rows, this.kernel.read() as tf.Tensor2D), this.bias.read());
    return tf.reshape(unrolled(gates, this.recurrentKernel.read(), h0, c0), [steps + 1, batch, this.units]);
  }

  override computeOutputShape(shapes: tf.Shape | tf.Shape[]): tf.Shape {
    const [[steps, batch]] = shapes as tf.Shape[];
    return [steps === null ? null : steps + 1, batch, this.units];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units };
  }
}

tf.serialization.registerClass(UnrolledLstm);
