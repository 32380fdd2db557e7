import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Trial, trialColumns, trialRows } from '../src/papers/trials';
import { projectRoot, textTable, writeAtomic } from '../src/system';

export type { Trial };

/** Adds a trial, prints all as a table, and keeps them in `results/trials/`. */
export function report(name: string, trials: Trial[], latest: Trial): void {
  trials.push(latest);
  console.log(textTable(trialColumns, trialRows(trials)));
  mkdirSync(join(projectRoot, 'results', 'trials'), { recursive: true });
  writeAtomic(join(projectRoot, 'results', 'trials', `${name}.json`), `${JSON.stringify(trials, null, 2)}\n`);
}
