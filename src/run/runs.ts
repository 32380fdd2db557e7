import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { checkOptions, projectRoot, type Scale } from '../system';
import { holderOf } from './lock';
import { readMetrics } from './metrics';
import { readRecord, type RunRecord } from './record';

/** A run as one flat row: what it was, each parameter that differs from the notebook's own, and each metric, by their names. */
export interface RunRow {
  /** When it began, as ISO 8601. */
  began: string;
  notebook: string;
  scale: Scale;
  /** `seeds=5 densities.fc1=0.05`, also one by one in columns of their names. */
  parameters: string;
  state: RunRecord['state'];
  seconds: number;
  /** Relative to the project. */
  folder: string;
  [parameterOrMetric: string]: unknown;
}

/** Which runs are asked for. */
export interface RunsOptions {
  scale?: Scale;
  /** The notebook's name, or a part of it. */
  notebook?: string;
}

/**
 * The runs that `npm start` and `npm run record` left in `runs/`, newest first: rows for a data frame, `lab.frame(lab.run.runs())`. All rows have the same columns; what a run lacks is null.
 */
export function runs(options: RunsOptions = {}): RunRow[] {
  checkOptions('runs', options, ['scale', 'notebook']);
  const { scale, notebook } = options;
  const rows = recordFolders(join(projectRoot, 'runs')).flatMap((folder) => rowOf(folder) ?? []);
  const asked = rows.filter((row) => (!scale || row.scale === scale) && (!notebook || row.notebook.includes(notebook)));
  const columns = Object.fromEntries(asked.flatMap(Object.keys).map((name) => [name, null]));
  return asked.sort((a, b) => (a.began < b.began ? 1 : -1)).map((row) => ({ ...columns, ...row }));
}

function recordFolders(root: string): string[] {
  try {
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
    return files.filter((file) => /(^|[\\/])run\.json$/.test(file)).map((file) => join(root, dirname(file)));
  } catch {
    return []; // nothing has run yet
  }
}

function rowOf(folder: string): RunRow | undefined {
  const record = readRecord(folder);
  if (!record) return undefined;
  const { began, notebook, scale, parameters, seconds } = record;
  const state = record.state === 'running' && !holderOf(folder) ? 'interrupted' : record.state;
  const set = Object.entries(parameters).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return { ...parameters, ...readMetrics(folder), began, notebook, scale, parameters: set.join(' '), state, seconds, folder: relative(projectRoot, folder) };
}
