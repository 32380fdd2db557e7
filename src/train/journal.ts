import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../system';

/** A training that a run did, or found done, as its file `trainings.jsonl` lists it. */
export interface Training {
  /** Of its checkpoint. */
  name: string;
  /** What all of it took. */
  seconds: number;
  /** Of these, what an earlier run spent, whose checkpoint was at hand. */
  earlier: number;
}

/** Adds a line to the journal of the run that the notebook belongs to; elsewhere nothing. */
export function noteTraining(training: Training): void {
  if (environment.run) appendFileSync(join(environment.run, 'trainings.jsonl'), `${JSON.stringify(training)}\n`);
}
