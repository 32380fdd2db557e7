/** A learning rate for each step, counted from 0: a pure function. */
export type Schedule = (step: number) => number;

/** The same rate at every step. */
export const constant =
  (rate: number): Schedule =>
  () =>
    rate;

/** rate · (1 + γ · step)^−power: Caffe's `inv` policy, with which its LeNets were trained. */
export const inverse =
  (rate: number, { gamma = 1e-4, power = 0.75 } = {}): Schedule =>
  (step) =>
    rate * (1 + gamma * step) ** -power;

/** From `rate` down to 0 over `steps` steps along half a cosine (Loshchilov & Hutter 2017, without restarts). */
export const cosine =
  (rate: number, steps: number): Schedule =>
  (step) =>
    (rate / 2) * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps));

/** `rate`, multiplied by `factor` at each of the given steps. */
export const stepwise =
  (rate: number, steps: readonly number[], factor = 0.1): Schedule =>
  (step) =>
    rate * factor ** steps.filter((at) => step >= at).length;
