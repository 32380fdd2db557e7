import { spread } from '../papers';
import type { Line } from './lineChart';

/**
 * A curve over seeds for `lineChart`: at each point the mean of the seeds' values, with their standard deviation where there are several.
 *
 * @param x `[points]`; where it differs between the seeds, `[points][seeds]`, of which the mean is taken
 * @param values `[points][seeds]`
 */
export function curveOf(name: string, x: ArrayLike<number | readonly number[]>, values: readonly (readonly number[])[]): Line {
  const spreads = values.map(spread);
  const several = spreads.some(({ standardDeviation }) => standardDeviation !== null);
  return {
    name,
    x: Array.from(x, (at) => (typeof at === 'number' ? at : spread(at).mean)),
    mean: spreads.map(({ mean }) => mean),
    ...(several && { standardDeviation: spreads.map(({ standardDeviation }) => standardDeviation ?? 0) }),
  };
}
