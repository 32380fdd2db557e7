import { described } from '../system';

/** A learning rate for each progress of a training, from 0 at its start to 1 at its end: a pure function. */
export type Schedule = (progress: number) => number;

/** The same rate all along. */
export const constant =
  (rate: number): Schedule =>
  () =>
    rate;

/** rate · (1 + γ · step)^−power, in a training of `steps` steps: Caffe's `inv` policy, with which its LeNets were trained in 10,000. */
export const inverse =
  (rate: number, { steps = 10_000, gamma = 1e-4, power = 0.75 } = {}): Schedule =>
  (progress) =>
    rate * (1 + gamma * progress * steps) ** -power;

/**
 * From `rate` down to 0 along half a cosine (Loshchilov & Hutter 2017, without restarts): rate / 2 · (1 + cos(π · progress)).
 *
 * ```ts
 * import { cosine } from 'squeezelab';
 *
 * const schedule = cosine(0.1); // for fit: learningRate: cosine(0.1)
 * console.log([0, 0.5, 1].map((progress) => schedule(progress).toFixed(3)).join()); // => 0.100,0.050,0.000
 * ```
 *
 * @throws TypeError when the rate is no number
 */
export function cosine(rate: number): Schedule {
  if (typeof rate !== 'number') throw new TypeError(`cosine: the rate must be a number, such as cosine(0.1), got ${described(rate)}`);
  return (progress) => (rate / 2) * (1 + Math.cos(Math.PI * progress));
}

/** `rate`, multiplied by `factor`, 0.1 if left out, at each of the given points, parts of the training from 0 to 1: He et al. 2015 divide by 10 at `[0.5, 0.75]`. */
export const stepwise =
  (rate: number, points: readonly number[], factor = 0.1): Schedule =>
  (progress) =>
    rate * factor ** points.filter((at) => progress >= at).length;

/** From `rate` down to `last` by the same factor in each step: rate · (last / rate)^progress. Courbariaux et al. 2016 train with 0.003 and 3e-7. */
export const exponential =
  (rate: number, last: number): Schedule =>
  (progress) =>
    rate * (last / rate) ** progress;
