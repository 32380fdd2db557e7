import { checkOptions } from '../system';
/** The density of a pruned layer at each progress of a training, from 0 to 1. */
export type DensitySchedule = (progress: number) => number;

/**
 * Automated gradual pruning (Zhu & Gupta 2017, arXiv 1710.01878, equation 1): the sparsity rises from s_i to s_f along a cubic,
 *
 * s = s_f + (s_i − s_f) (1 − (t − t₀) / (n Δt))³ for t = t₀, t₀ + Δt, …, t₀ + n Δt,
 *
 * fast at first, when many weights are redundant, and slowly at the end. Here t is the progress of the training, `begin` is t₀, `end` is t₀ + n Δt, `updates` is n, and densities are 1 − s: `prune({ density:
 * gradual({ to: 0.1 }) })`. Before `begin` the density is `from`, after `end` it is `to`; in between it changes `updates` times, and the net trains on after each. Left out, `from` is 1, `begin` 0, `end` 0.75 and `updates` 100.
 *
 * ```ts
 * import { gradual, prune } from 'squeezelab';
 *
 * const density = gradual({ to: 0.1, updates: 4 });
 * console.log([0, 0.375, 0.75, 1].map((progress) => density(progress).toFixed(4)).join()); // => 1.0000,0.2125,0.1000,0.1000
 * const method = prune({ density }); // for parametrize, before fit
 * ```
 *
 * @returns the density at a progress, both parts from 0 to 1
 * @throws RangeError when the densities do not fall within (0, 1], or not 0 ≤ begin < end ≤ 1, or updates is not a whole number from 1
 */
export function gradual(options: { from?: number; to: number; begin?: number; end?: number; updates?: number }): DensitySchedule {
  checkOptions('gradual', options, ['from', 'to', 'begin', 'end', 'updates']);
  const { from = 1, to, begin = 0, end = 0.75, updates = 100 } = options;
  if (!(to > 0 && to <= from && from <= 1)) throw new RangeError(`gradual: the densities must fall within (0, 1], got from ${from} to ${to}`);
  if (!(begin >= 0 && begin < end && end <= 1)) throw new RangeError(`gradual: it must begin and then end within a progress of 0 to 1, got ${begin} and ${end}`);
  if (!Number.isInteger(updates) || updates < 1) throw new RangeError(`gradual: updates must be a whole number from 1, got ${updates}`);
  return (progress) => {
    const done = Math.floor((Math.min(1, Math.max(0, (progress - begin) / (end - begin))) * updates) + 1e-9) / updates;
    return to + (from - to) * (1 - done) ** 3;
  };
}
