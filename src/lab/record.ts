import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Run } from '../papers';
import { projectRoot, writeAtomic } from '../system';
import { formatNotebook, readNotebook } from './notebook';
import { changedFiles } from './provenance';
import { execute, runFiles, type StartOptions } from './start';

/** GitHub does not show larger notebooks, and nobody reviews them. */
const MAX_BYTES = 1_000_000;

/**
 * Runs notebooks at paper scale and keeps them: the executed notebook in `notebooks/`, its claims in `results/`. Nothing is
 * kept of a run that failed, nor of one that nobody could repeat: on sources that are not committed, on data that is not
 * the paper's.
 */
export async function record(runs: readonly StartOptions[]): Promise<void> {
  const changed = changedFiles();
  if (changed === undefined) throw new Error('record: the project must be a git checkout, so that the results can be traced to a commit');
  if (changed) throw new Error(`record: every file must be committed first, so that the results can be traced to a commit, got\n${changed}`);
  for (const run of runs) await recordOne(run);
}

async function recordOne(options: StartOptions): Promise<void> {
  const name = basename(options.notebook, '.ipynb');
  const refuse = (reason: string): never => {
    throw new Error(`record: ${name} is not recorded: ${reason}`);
  };
  const { failure } = await execute(options);
  if (failure) refuse(`cell ${failure.k} failed: ${failure.error.ename}: ${failure.error.evalue}`);

  const files = runFiles(options.notebook, 'paper');
  if (!existsSync(files.claims)) refuse('it made no claims');
  const { readClaims } = await import('../papers');
  const claims = readClaims(files.claims);
  const unreal = claims.find((claim) => claim.verdict === 'not judged');
  if (unreal) refuse(`its claims must be measured on real data, got ${unreal.data}; npm run data -- <name> downloads it`);

  const notebook = readNotebook(files.notebook);
  for (const cell of notebook.cells) delete cell.metadata.execution; // times of day
  const text = formatNotebook(notebook);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) refuse(`it must have at most ${MAX_BYTES} bytes, got ${bytes}; show fewer or smaller figures`);
  const { commit, command, cpu, cores, platform, versions, seconds, checkpoints } = JSON.parse(readFileSync(files.run, 'utf8')) as Run;
  const run = { commit, command, cpu, cores, platform, versions, seconds, checkpoints };
  writeAtomic(join(projectRoot, 'results', `${name}.json`), `${JSON.stringify({ run, claims }, null, 2)}\n`);
  writeAtomic(join(projectRoot, 'notebooks', `${name}.ipynb`), text);
  console.log(`Recorded notebooks/${name}.ipynb and results/${name}.json; npm run report rebuilds REPRODUCTION.md`);
}
