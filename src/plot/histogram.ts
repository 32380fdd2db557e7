import { checkOptions } from '../system';
/** How many values lie in each of `bins` equal parts of [from, to]; the ends belong to it, and what lies outside is left out. */
export function histogram(values: ArrayLike<number>, options: { from: number; to: number; bins: number }): Uint32Array {
  checkOptions('histogram', options, ['from', 'to', 'bins'], ['from', 'to', 'bins']);
  const { from, to, bins } = options;
  const counts = new Uint32Array(bins);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value >= from && value <= to) counts[Math.min(bins - 1, Math.floor(((value - from) / (to - from)) * bins))]++;
  }
  return counts;
}
