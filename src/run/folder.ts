import { isAbsolute, join, relative, resolve } from 'node:path';
import { projectRoot, sha256, type Scale } from '../system';

/** What tells one run from another. */
export interface RunKey {
  /** Path of the notebook. */
  notebook: string;
  scale: Scale;
  /** The parameters that differ from the notebook's own, by name: `seeds`, `densities.fc1`. */
  parameters: Record<string, unknown>;
  /** The folder with the data sets, if it was named. */
  data?: string;
}

/** A path relative to the project where it lies inside, else absolute. */
export function projectPath(path: string): string {
  const inside = relative(projectRoot, resolve(path));
  return inside.startsWith('..') || isAbsolute(inside) ? resolve(path) : inside;
}

/**
 * The folder of a run, `runs/<scale>/<notebook>/<hash>`: notebooks of the same name in other folders, and runs with other parameters, never meet.
 */
export function runFolder({ notebook, scale, parameters, data }: RunKey): string {
  const name = projectPath(notebook).replace(/^.*[\\/]|\.ipynb$/g, '');
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = sha256(JSON.stringify([projectPath(notebook), sorted, data ?? null])).slice(0, 10);
  return join(projectRoot, 'runs', scale, name, hash);
}

/** The files in a run's folder. */
export const runFiles = (folder: string) => ({
  notebook: join(folder, 'notebook.ipynb'),
  claims: join(folder, 'claims.json'),
  metrics: join(folder, 'metrics.json'),
  trainings: join(folder, 'trainings.jsonl'),
  record: join(folder, 'run.json'),
  lock: join(folder, 'running.json'),
});
