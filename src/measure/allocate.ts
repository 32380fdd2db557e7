import type { Point, Sensitivity } from './sensitivity';
import { checkOptions } from '../system';

/**
 * Chooses a setting for each layer from its sensitivity: greedily, the step that saves most bytes for each unit of loss that it adds, until the losses of all layers together have risen by `budget` nats.
 *
 * A layer begins at its largest point. Its next step is the one to a smaller point that saves most for what it adds; points that another step passes over are never chosen (they lie above the convex hull). Losses of layers are taken to add up, which holds for small ones
 * only: prune, retrain, measure again. A layer whose next step no longer fits into the budget stays at its point.
 *
 * ```ts
 * import { allocate } from 'squeezelab';
 *
 * const sensitivities = { // as sensitivity(model, split, options) measures them
 *   conv1: [{ setting: 1, loss: 0.1, error: 0.03, bytes: 2000 }, { setting: 0.5, loss: 0.4, error: 0.1, bytes: 1100 }],
 *   fc1: [{ setting: 1, loss: 0.1, error: 0.03, bytes: 90_000 }, { setting: 0.1, loss: 0.12, error: 0.04, bytes: 12_000 }],
 * };
 * console.log(allocate(sensitivities, { budget: 0.05 })); // => { conv1: 1, fc1: 0.1 }
 * ```
 *
 * @returns a setting for each layer, by its name
 * @throws RangeError when the budget, in nats, is negative
 */
export function allocate(sensitivities: Sensitivity, options: { budget: number }): Record<string, number> {
  checkOptions('allocate', options, ['budget']);
  const { budget } = options;
  if (!(budget >= 0)) throw new RangeError(`allocate: the budget must be a number of nats from 0, got ${budget}`);
  const current = new Map(Object.entries(sensitivities).map(([layer, points]) => [layer, points.reduce((a, b) => (b.bytes > a.bytes ? b : a))]));
  const open = new Set(current.keys());
  let left = budget;
  while (open.size > 0) {
    const steps = [...open].map((layer) => ({ layer, from: current.get(layer)!, to: nextStep(sensitivities[layer], current.get(layer)!) }));
    const { layer, from, to } = steps.reduce((a, b) => (gain(b.from, b.to) > gain(a.from, a.to) ? b : a));
    if (!to || added(from, to) > left) open.delete(layer);
    else {
      current.set(layer, to);
      left -= added(from, to);
    }
  }
  return Object.fromEntries([...current].map(([layer, { setting }]) => [layer, setting]));
}

/** What a step adds to the loss; one that lowers it costs nothing, and earns nothing for other layers. */
const added = (from: Point, to: Point): number => Math.max(0, to.loss - from.loss);

/** Bytes saved for each nat added; no step is the worst. */
const gain = (from: Point, to: Point | undefined): number => (to ? (from.bytes - to.bytes) / added(from, to) : -1);

function nextStep(points: readonly Point[], from: Point): Point | undefined {
  const smaller = points.filter(({ bytes }) => bytes < from.bytes);
  return smaller.reduce<Point | undefined>((best, point) => {
    const [a, b] = [gain(from, best), gain(from, point)];
    return b > a || (b === a && point.bytes < best!.bytes) ? point : best;
  }, undefined);
}
