import * as tf from '@tensorflow/tfjs';
import { checkOptions, described } from '../system';
import { type Kernel, kernels, type Method, type Transform } from '../weights';
import { checkModel } from '../weights/checkModel';
import type { DensitySchedule } from './gradual';

/** The transform that `prune` makes. */
export interface Prune extends Transform {
  /** 1 where a weight is kept, 0 where it is pruned; the shape of the weight. */
  readonly mask: tf.Variable;
}

/**
 * Magnitude pruning (Han et al. 2015, section 3): small weights are cut, the others retrained.
 *
 * - forward: mask ⊙ w, whose gradient is mask ⊙ g
 * - projected: mask ⊙ w after each update, for momentum and weight decay move masked weights too
 *
 * `density` keeps that share of all weights, the largest magnitudes (of equal ones, the first); as a function of a training's progress, `gradual`, it prunes in
 * the course of it. `quality` keeps magnitudes of at least quality × the standard deviation of the layer's weights that are not zero yet (section 3, last
 * paragraph), which others call the threshold's factor. `threshold` keeps magnitudes from there on: of several layers by `globalThreshold`.
 *
 * ```ts
 * import { key, mlp, parametrizeAll, prune } from 'squeezelab';
 *
 * const model = mlp(key(1), [784, 50, 10]);
 * parametrizeAll(model, prune({ density: 0.1 }));
 * const kernel = model.getLayer('fc1').getWeights()[0]; // [784, 50]
 * console.log(Array.from(kernel.dataSync()).filter((weight) => weight !== 0).length); // => 3920
 * ```
 *
 * @returns a method for weights of any shape `[...shape]`, which stays; its transform has the mask `[...shape]`
 * @throws RangeError when the density is not in (0, 1], the quality or the threshold is negative, or a weight is not finite
 * @throws TypeError when the options are not one of the three
 */
export function prune(options: { density: number | DensitySchedule } | { quality: number } | { threshold: number }): Method<Prune> {
  check(options);
  return (value, name) => {
    const keptOf = (values: Float32Array, progress: number): Float32Array => {
      if (!values.every(Number.isFinite)) throw new RangeError(`prune: the weights of ${name} must be finite, got NaN or an infinity; was the training stable?`);
      const magnitudes = values.map(Math.abs);
      if ('density' in options) return largest(magnitudes, densityAt(options.density, progress));
      return above(magnitudes, 'quality' in options ? options.quality * standardDeviation(values) : options.threshold);
    };
    const kept = keptOf(value.dataSync<'float32'>(), 0);
    const mask = tf.tidy(() => tf.variable(tf.tensor(kept, value.shape), false));
    if (!kept.includes(1)) console.warn(`prune: no weight of ${name} is left`);
    const masked = (x: tf.Tensor): tf.Tensor => tf.mul(mask, x);
    const transform: Prune = { name: 'prune', single: true, mask, state: [mask], forward: masked, project: masked };
    if (!('density' in options && typeof options.density === 'function')) return transform;
    const { density } = options;
    let last: { density: number; dataId: object } | undefined;
    return {
      ...transform,
      schedule: Array.from({ length: 1001 }, (_, i) => density(i / 1000)).join(),
      /** A mask only loses: what it cut is zero, and so the last that it would take. */
      advance(progress, below) {
        const now = densityAt(density, progress);
        if (last?.density === now && last.dataId === mask.dataId) return; // another dataId: a checkpoint was loaded
        const kept = mask.dataSync<'float32'>().reduce((sum, one) => sum + one, 0);
        if (Math.round(now * mask.size) < kept) mask.assign(tf.tensor(keptOf(below().dataSync<'float32'>(), progress), mask.shape));
        last = { density: now, dataId: mask.dataId };
      },
    };
  };
}

const densityAt = (density: number | DensitySchedule, progress: number): number => {
  const at: unknown = typeof density === 'function' ? density(progress) : density;
  if (!(typeof at === 'number' && at > 0 && at <= 1)) throw new RangeError(`prune: the density must be in (0, 1], got ${typeof at === 'number' ? at : described(at)}${typeof density === 'function' ? ` at a progress of ${progress}` : ''}`);
  return at;
};

function check(options: object): void {
  if (options instanceof tf.Tensor) throw new TypeError('prune: the options must be { density }, { quality } or { threshold }, got the weight itself; call it first: parametrizeAll(model, prune({ density: 0.1 }))');
  if (options instanceof tf.LayersModel || options instanceof tf.layers.Layer) throw new TypeError(`prune: the options must be { density }, { quality } or { threshold }, got ${described(options)}; write parametrizeAll(model, prune({ density: 0.1 }))`);
  const [[name, value] = [], ...others] = Object.entries(options ?? {}) as [string, unknown][];
  if (name === undefined || !['density', 'quality', 'threshold'].includes(name) || others.length) {
    throw new TypeError(`prune: the options must be { density }, { quality } or { threshold }, got ${described(options)}; a sparsity s is a density of 1 − s`);
  }
  if (name === 'density') {
    if (typeof value !== 'function') densityAt(value as number, 0);
  } else if (!((value as number) >= 0)) throw new RangeError(`prune: the ${name} must be at least 0, got ${String(value)}`);
}

/**
 * The magnitude from which on `density` of all a model's kernels, or of those `among` them, are kept when they are taken together: for `prune({ threshold })` on each. What counts are their effective values.
 *
 * @throws RangeError when the density is not in (0, 1]
 * @throws TypeError for an option that there is not
 */
export function globalThreshold(model: tf.LayersModel, options: { density: number; among?: readonly Kernel[] }): number {
  checkModel('globalThreshold', model);
  checkOptions('globalThreshold', options, ['density', 'among'], ['density']);
  const { density, among = kernels(model) } = options;
  if (!among.length) throw new RangeError(`globalThreshold: ${model.name} must have kernels or embeddings, got none`);
  densityAt(density, 0);
  const all = among.map(({ weight }) => weight.read().dataSync<'float32'>());
  const magnitudes = new Float32Array(all.reduce((sum, { length }) => sum + length, 0));
  let from = 0;
  for (const values of all) {
    magnitudes.set(values.map(Math.abs), from);
    from += values.length;
  }
  return magnitudes.sort()[magnitudes.length - Math.max(1, Math.round(density * magnitudes.length))];
}

function largest(magnitudes: Float32Array, density: number): Float32Array {
  const count = Math.round(density * magnitudes.length);
  if (count === 0) return new Float32Array(magnitudes.length);
  const least = magnitudes.slice().sort()[magnitudes.length - count];
  let equal = count - magnitudes.reduce((above, magnitude) => above + Number(magnitude > least), 0); // how many of the least ones are kept
  return magnitudes.map((magnitude) => Number(magnitude > least || (magnitude === least && equal-- > 0)));
}

const above = (magnitudes: Float32Array, threshold: number): Float32Array => magnitudes.map((magnitude) => Number(magnitude > 0 && magnitude >= threshold));

/** Of the weights that are not zero. */
function standardDeviation(values: Float32Array): number {
  const weights = values.filter((weight) => weight !== 0);
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return Math.sqrt(weights.reduce((sum, weight) => sum + (weight - mean) ** 2, 0) / weights.length);
}
