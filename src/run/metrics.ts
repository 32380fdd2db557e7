import { readFileSync } from 'node:fs';
import { described, environment, writeAtomic } from '../system';
import { runFiles } from './folder';

/** Numbers that a run measured, by name: `error` as a fraction, `bytes` of the packed file, and what else is compared. */
export type Metrics = Record<string, number>;

/**
 * Keeps what a notebook measured with its run, where `squeezelab runs` and `lab.run.runs()` find it: `logMetrics({ error: 0.016, bytes: 21_345 })`.
 * A name that was logged before gets the new value. Outside a run it does nothing.
 *
 * @throws TypeError for what is no finite number
 */
export function logMetrics(metrics: Metrics): void {
  if (typeof metrics !== 'object' || metrics === null) throw new TypeError(`logMetrics: must get numbers by name, { error, bytes }, got ${described(metrics)}`);
  const wrong = Object.entries(metrics).find(([, value]) => !Number.isFinite(value));
  if (wrong) throw new TypeError(`logMetrics: ${wrong[0]} must be a finite number, got ${described(wrong[1])}`);
  if (environment.run) writeAtomic(runFiles(environment.run).metrics, `${JSON.stringify({ ...readMetrics(environment.run), ...metrics }, null, 2)}\n`);
}

/** The metrics of a run's folder; none where there are none that can be read. */
export function readMetrics(folder: string): Metrics {
  try {
    return JSON.parse(readFileSync(runFiles(folder).metrics, 'utf8')) as Metrics;
  } catch {
    return {};
  }
}
