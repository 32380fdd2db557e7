import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { spread } from '../src/papers';
import { groupBy } from '../src/papers/format';
import { projectRoot, textTable, writeAtomic } from '../src/system';

/** One value that was tried for a number of a recipe, with one seed. */
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

/** Adds a trial, prints all as a table, mean and standard deviation over the seeds, and keeps them in `results/trials/`. */
export function report(name: string, trials: Trial[], latest: Trial): void {
  trials.push(latest);
  const groups = groupBy(trials, ({ net, quantity, value }) => [net, quantity, value].join('\t'));
  const percent = (values: (number | undefined)[]) => {
    const known = values.filter((value): value is number => value !== undefined);
    if (!known.length) return '';
    const { mean, standardDeviation } = spread(known);
    return `${(100 * mean).toFixed(3)}${standardDeviation === null ? '' : ` ± ${(100 * standardDeviation).toFixed(3)}`}`;
  };
  const rows = [...groups].map(([group, of]) => [
    ...group.split('\t'),
    percent(of.map(({ error }) => error)),
    percent(of.map(({ above }) => above)),
    of[0].bytes === undefined ? '' : Math.round(spread(of.map(({ bytes }) => bytes!)).mean).toLocaleString('en'),
    String(of.length),
  ]);
  console.log(textTable(['net', 'number', 'value', 'error (%)', 'above the reference', 'bytes', 'seeds'], rows));
  mkdirSync(join(projectRoot, 'results', 'trials'), { recursive: true });
  writeAtomic(join(projectRoot, 'results', 'trials', `${name}.json`), `${JSON.stringify(trials, null, 2)}\n`);
}
