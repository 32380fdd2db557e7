import { spread } from '../papers';
import type { Figure, MadeOn } from './figure';
import { lineChart } from './lineChart';
import { checkOptions } from '../system';

/** What `learningCurve` draws. */
export interface LearningCurveSpec {
  title?: string;
  /** What is drawn, with its unit: `loss (nats)`, `error (%)`. */
  y: string;
  /** For each name its value after each epoch; or such a list for each seed, of which mean and standard deviation are drawn. */
  curves: Record<string, ArrayLike<number> | ArrayLike<number>[]>;
  data?: MadeOn;
}

const perSeed = (curve: ArrayLike<number> | ArrayLike<number>[]): curve is ArrayLike<number>[] => Array.isArray(curve) && typeof curve[0] === 'object';

/** Loss or error against the epoch, counted from 1. */
export function learningCurve(options: LearningCurveSpec): Figure {
  checkOptions('learningCurve', options, ['title', 'y', 'curves', 'data'], ['y', 'curves']);
  const { title = 'Learning', y, curves, data } = options;
  return lineChart({
    title,
    x: 'epoch',
    y,
    data,
    lines: Object.entries(curves).map(([name, curve]) => {
      const seeds = perSeed(curve) ? curve : [curve];
      const points = Array.from(seeds[0], (_, epoch) => spread(seeds.map((values) => values[epoch])));
      return {
        name,
        x: points.map((_, epoch) => epoch + 1),
        mean: points.map(({ mean }) => mean),
        ...(seeds.length > 1 && { standardDeviation: points.map(({ standardDeviation }) => standardDeviation ?? 0) }),
      };
    }),
  });
}
