import { groupBy } from './format';
import { spread } from './spread';

/** One value that was tried for a number of a recipe, with one seed, on training images that were held out. */
export interface Trial {
  net: string;
  /** What it is: `first rate of the reference`. */
  quantity: string;
  value: string;
  seed: number;
  /** Errors / held-out images. */
  error: number;
  /** The same less that of the reference. */
  above?: number;
  bytes?: number;
}

export const trialColumns = ['net', 'number', 'value', 'error (%)', 'above the reference', 'bytes', 'seeds'];

/** A row for each value: mean and standard deviation over its seeds. */
export function trialRows(trials: readonly Trial[]): string[][] {
  const groups = groupBy(trials, ({ net, quantity, value }) => [net, quantity, value].join('\t'));
  return [...groups].map(([group, of]) => [
    ...group.split('\t'),
    percent(of.map(({ error }) => error)),
    percent(of.map(({ above }) => above)),
    of[0].bytes === undefined ? '' : Math.round(spread(of.map(({ bytes }) => bytes!)).mean).toLocaleString('en'),
    String(of.length),
  ]);
}

function percent(values: readonly (number | undefined)[]): string {
  const known = values.filter((value): value is number => value !== undefined);
  if (!known.length) return '';
  const { mean, standardDeviation } = spread(known);
  return `${(100 * mean).toFixed(2)}${standardDeviation === null ? '' : ` ± ${(100 * standardDeviation).toFixed(2)}`}`;
}
