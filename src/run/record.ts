import { readFileSync } from 'node:fs';
import { writeAtomic, type Scale } from '../system';
import { runFiles } from './folder';
import type { Provenance } from './provenance';
import type { Trainings } from './trainings';

/** The cell that ended a run, counted from 1 among those with code, and why. */
export interface FailedCell {
  number: number;
  id: string;
  title: string;
  error: { name: string; message: string };
}

/** What is known of a run: its file `run.json`. */
export interface RunRecord extends Provenance {
  /** Relative to the project where it lies inside. */
  notebook: string;
  scale: Scale;
  /** Those that differ from the notebook's own. */
  parameters: Record<string, unknown>;
  state: 'running' | 'done' | 'failed' | 'interrupted';
  /** Times as ISO 8601. */
  began: string;
  ended?: string;
  /** Wall time. */
  seconds: number;
  failure?: FailedCell;
  trainings?: Trainings;
  /** Seconds of each cell. */
  cells: { id: string; seconds: number }[];
}

export const writeRecord = (folder: string, record: RunRecord): void => writeAtomic(runFiles(folder).record, `${JSON.stringify(record, null, 2)}\n`);

/** The record of a run's folder; undefined where there is none, or none that can be read. */
export function readRecord(folder: string): RunRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(runFiles(folder).record, 'utf8')) as Partial<RunRecord> | null;
    return isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: Partial<RunRecord> | null): value is RunRecord =>
  typeof value?.began === 'string' && typeof value.notebook === 'string' && typeof value.seconds === 'number' && typeof value.parameters === 'object' && value.parameters !== null;
