import { existsSync, readFileSync } from 'node:fs';
import { runFiles } from './folder';

/** The trainings of a run together. */
export interface Trainings {
  count: number;
  /** How many were finished, or begun, by an earlier run whose checkpoint was at hand. */
  atHand: number;
  /** Seconds that all of them took, */
  seconds: number;
  /** and of these, what earlier runs spent. */
  earlier: number;
}

/** Sums up a run's `trainings.jsonl`; undefined for a run that trained nothing. */
export function readTrainings(folder: string): Trainings | undefined {
  const { trainings } = runFiles(folder);
  if (!existsSync(trainings)) return undefined;
  const all = readFileSync(trainings, 'utf8').split('\n').flatMap(parsed);
  const sum = (values: number[]) => Math.round(values.reduce((total, value) => total + value, 0) * 1000) / 1000;
  return {
    count: all.length,
    atHand: all.filter(({ earlier }) => earlier > 0).length,
    seconds: sum(all.map(({ seconds }) => seconds)),
    earlier: sum(all.map(({ earlier }) => earlier)),
  };
}

/** A line; none where it is empty or cut short. */
function parsed(line: string): { seconds: number; earlier: number }[] {
  try {
    return [JSON.parse(line) as { seconds: number; earlier: number }];
  } catch {
    return [];
  }
}
