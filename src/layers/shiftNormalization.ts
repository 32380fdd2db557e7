import * as tf from '@tensorflow/tfjs';
import { powerOfTwo } from '../quantizers';

type Weight = ReturnType<tf.layers.Layer['addWeight']>;
type LayerConfig = ConstructorParameters<typeof tf.layers.Layer>[0];

/** What a `ShiftNormalization` takes besides what every layer does. */
export interface ShiftNormalizationConfig {
  /** Of the moving statistics; 0.9 if left out. */
  momentum?: number;
  /** Added to the variance; 1e-4 if left out. */
  epsilon?: number;
}

/**
 * Batch normalisation by shifts of bits (Courbariaux et al. 2016, algorithm 2): each factor is the nearest power of two, AP2.
 *
 * With C = x − μ: σ² = ⟨C AP2(C)⟩, y = AP2(γ) · C AP2(1 / √(σ² + ε)) + β, for x `[...axes, channels]` and all else `[channels]`. In training μ and σ² are the batch's, otherwise the moving ones, and through each AP2 the gradient goes straight.
 */
export class ShiftNormalization extends tf.layers.Layer {
  static readonly className = 'ShiftNormalization';
  readonly axis = -1;
  readonly momentum: number;
  readonly epsilon: number;
  gamma!: Weight;
  beta!: Weight;
  movingMean!: Weight;
  movingVariance!: Weight;

  constructor(config: ShiftNormalizationConfig & LayerConfig = {}) {
    super(config);
    this.momentum = config.momentum ?? 0.9;
    this.epsilon = config.epsilon ?? 1e-4;
  }

  override build(shape: tf.Shape | tf.Shape[]): void {
    const channels = (Array.isArray(shape[0]) ? shape[0] : (shape as tf.Shape)).at(-1)!;
    const [zeros, ones] = [tf.initializers.zeros(), tf.initializers.ones()];
    this.gamma = this.addWeight('gamma', [channels], 'float32', ones);
    this.beta = this.addWeight('beta', [channels], 'float32', zeros);
    this.movingMean = this.addWeight('moving_mean', [channels], 'float32', zeros, undefined, false);
    this.movingVariance = this.addWeight('moving_variance', [channels], 'float32', ones, undefined, false);
    super.build(shape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training = false }: { training?: boolean } = {}): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    return training ? this.normalizeBatch(x).y : this.shifted(tf.sub(x, this.movingMean.read()), this.movingVariance.read());
  }

  /** By the batch's own statistics, `[channels]` each. */
  normalizeBatch(x: tf.Tensor): { y: tf.Tensor; mean: tf.Tensor; variance: tf.Tensor } {
    const axes = x.shape.map((_, axis) => axis).slice(0, -1);
    const mean = tf.mean(x, axes);
    const centred = tf.sub(x, mean);
    const variance = tf.mean(tf.mul(centred, powerOfTwo(centred)), axes);
    return { y: this.shifted(centred, variance), mean, variance };
  }

  /** What x − μ is multiplied with: AP2(γ) AP2(1 / √(σ² + ε)), `[channels]`. */
  scale(variance: tf.Tensor): tf.Tensor {
    return tf.mul(powerOfTwo(this.gamma.read()), powerOfTwo(tf.rsqrt(tf.add(variance, this.epsilon))));
  }

  private shifted(centred: tf.Tensor, variance: tf.Tensor): tf.Tensor {
    return tf.add(tf.mul(centred, this.scale(variance)), this.beta.read());
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), momentum: this.momentum, epsilon: this.epsilon };
  }
}

tf.serialization.registerClass(ShiftNormalization);
