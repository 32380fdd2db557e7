import * as tf from '@tensorflow/tfjs';
import { checkOptions } from '../system';

/** Updates one set of variables; made once, before `compile`. */
export interface Updater {
  /** Momenta and the like. */
  readonly state: readonly tf.Variable[];
  /** Assigns each variable its next value, in a trace, given its gradient and its rate, a scalar tensor; where there is a `scale`, another scalar, each gradient is that many times the one given. */
  update(gradients: readonly tf.Tensor[], rates: readonly tf.Tensor[], scale?: tf.Tensor): void;
}

/** A rule by which gradients change weights: a plain value, which `sgd` and `adam` make and many trainings may share. */
export interface Optimizer {
  readonly name: string;
  /** Everything that its result depends on. */
  readonly options: Readonly<Record<string, number | boolean>>;
  /** The updater of these variables, with state of its own, which begins at zero. */
  create(parameters: readonly tf.Variable[]): Updater;
  /** What the update takes as its rate at a step (from 0), given the schedule's; a parameter's factor comes on top. */
  rate(learningRate: number, step: number): number;
}

export const zerosLike = (parameters: readonly tf.Variable[]): tf.Variable[] =>
  parameters.map((parameter) => tf.tidy(() => tf.variable(tf.zerosLike(parameter), false)));

/**
 * Stochastic gradient descent as in Caffe: V ← μ V + η (g + λ w); w ← w − V, and with Nesterov w ← w − (μ V + η (g + λ w)). λ is `weightDecay`, which keeps weights small (L2); `l1Decay` adds λ₁ sign(w) likewise, which makes many of them nearly zero.
 *
 * Where PyTorch multiplies the whole velocity by the rate, here each gradient keeps the rate of its own step; at a
 * constant rate the two are the same. All four options are 0, or false, if left out; V and g have the shape `[...shape]` of w.
 *
 * @throws TypeError for an option that there is not
 */
export function sgd(options: { momentum?: number; nesterov?: boolean; weightDecay?: number; l1Decay?: number } = {}): Optimizer {
  checkOptions('sgd', options, ['momentum', 'nesterov', 'weightDecay', 'l1Decay']);
  const { momentum = 0, nesterov = false, weightDecay = 0, l1Decay = 0 } = options;
  return {
    name: 'sgd',
    options: { momentum, nesterov, weightDecay, l1Decay },
    rate: (learningRate) => learningRate,
    create(parameters) {
      const velocities = momentum ? zerosLike(parameters) : [];
      return {
        state: velocities,
        update(gradients, rates, scale) {
          parameters.forEach((w, i) => {
            const rate = rates[i];
            const decays: tf.Tensor[] = [];
            if (weightDecay) decays.push(tf.mul(w, tf.mul(rate, weightDecay)));
            if (l1Decay) decays.push(tf.mul(tf.sign(w), tf.mul(rate, l1Decay)));
            const decayed = (x: tf.Tensor): tf.Tensor => decays.reduce<tf.Tensor>((sum, decay) => tf.add(sum, decay), x);
            const step = tf.mul(gradients[i], scale ? tf.mul(rate, scale) : rate);
            if (!momentum) return w.assign(tf.sub(w, decayed(step)));
            const velocity = decayed(tf.add(tf.mul(velocities[i], momentum), step));
            velocities[i].assign(velocity);
            w.assign(tf.sub(w, nesterov ? tf.add(tf.mul(velocity, momentum), decayed(step)) : velocity));
          });
        },
      };
    },
  };
}

/**
 * Adam (Kingma & Ba 2015): M ← β₁ M + g; V ← β₂ V + g²; w ← w − η̂ M / (√V + ε̂).
 *
 * The moments are kept without the factors 1 − β, which go into the rate with the bias corrections (the order of section
 * 2's last paragraph): η̂ = η (1 − β₁) / √(1 − β₂) · √(1 − β₂^t) / (1 − β₁^t), and ε̂ = ε / √(1 − β₂). β₁ is 0.9,
 * β₂ 0.999 and ε 1e-8 if left out; M, V and g have the shape `[...shape]` of w.
 *
 * @throws TypeError for an option that there is not
 */
export function adam(options: { beta1?: number; beta2?: number; epsilon?: number } = {}): Optimizer {
  checkOptions('adam', options, ['beta1', 'beta2', 'epsilon']);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const unit = Math.sqrt(1 - beta2);
  return {
    name: 'adam',
    options: { beta1, beta2, epsilon },
    rate: (learningRate, step) =>
      (learningRate * ((1 - beta1) / unit) * Math.sqrt(1 - beta2 ** (step + 1))) / (1 - beta1 ** (step + 1)),
    create(parameters) {
      const [means, squares] = [zerosLike(parameters), zerosLike(parameters)];
      return {
        state: [...means, ...squares],
        update(gradients, rates, scale) {
          parameters.forEach((w, i) => {
            const gradient = scale ? tf.mul(gradients[i], scale) : gradients[i];
            const mean = tf.add(tf.mul(means[i], beta1), gradient);
            const square = tf.add(tf.mul(squares[i], beta2), tf.square(gradient));
            means[i].assign(mean);
            squares[i].assign(square);
            w.assign(tf.sub(w, tf.mul(rates[i], tf.div(mean, tf.add(tf.sqrt(square), epsilon / unit)))));
          });
        },
      };
    },
  };
}
