import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execute, type ExecuteOptions } from '../../lab/execute';
import { formatNotebook, readNotebook } from '../../lab/notebook';
import { markRecorded } from '../../lab/recorded';
import { readClaims, type Result } from '../../papers';
import { projectPath, runFiles } from '../../run/folder';
import { checkCommitted } from '../../run/committed';
import { projectRoot, writeAtomic } from '../../system';
import type { RunFlags } from '../options';
import { UsageError } from '../usage';
import { runOptions } from './runOptions';

/** GitHub does not show larger notebooks, and nobody reviews them. */
const MAX_BYTES = 1_000_000;

/**
 * Runs notebooks at paper scale and keeps each when it is done: the executed notebook in `notebooks/`, its claims in `results/`. Nothing is
 * kept of a run that failed, nor of one that nobody could repeat: on sources that are not committed, on data that is not
 * the paper's. Of several notebooks those that fail are named at the end. Returns the exit code.
 */
export async function recordNotebooks(names: readonly string[], flags: RunFlags): Promise<number> {
  const several = names.length > 1; // a flag is for those that have the parameter
  const runs = names.map((name) => runOptions(name, { ...flags, scale: 'paper' }, { onlyDeclared: several }));
  const elsewhere = runs.find(({ notebook }) => projectPath(notebook) !== join('notebooks', basename(notebook)));
  if (elsewhere) throw new UsageError(`record: ${basename(elsewhere.notebook)} must lie in notebooks/ of the project, where it is kept`);
  const failures: string[] = [];
  for (const run of runs) {
    try {
      if (!(await recordOne({ ...run, scale: 'paper' }))) return 130;
    } catch (error) {
      failures.push((error as Error).message);
      console.error(failures.at(-1));
    }
  }
  if (several && failures.length > 0) console.error(`record: ${failures.length} of ${runs.length} notebooks are not recorded`);
  return failures.length > 0 ? 1 : 0;
}

/** False when it was interrupted. */
async function recordOne(options: ExecuteOptions): Promise<boolean> {
  const name = basename(options.notebook, '.ipynb');
  const refuse = (reason: string): never => {
    throw new Error(`record: ${name} is not recorded: ${reason}`);
  };
  checkCommitted(options.notebook);
  const { folder, record } = await execute(options);
  if (record.state === 'interrupted') {
    console.error('record: interrupted; the same command goes on from here: trainings begin where their last checkpoints are');
    return false;
  }
  if (record.failure) refuse(`cell ${record.failure.number} failed: ${record.failure.error.name}: ${record.failure.error.message}`);

  const files = runFiles(folder);
  if (!existsSync(files.claims)) refuse('it made no claims');
  const claims = readClaims(files.claims);
  const unreal = claims.find((claim) => claim.verdict === 'not judged');
  if (unreal) refuse(`its claims must be measured on real data, got ${unreal.data}; npm run data -- <name> downloads it`);

  const { commit, command, cpu, cores, platform, versions, seconds, trainings } = record;
  const notebook = readNotebook(files.notebook);
  markRecorded(notebook, { parameters: { scale: 'paper', ...options.parameters }, command, commit, cpu, seconds });
  const text = formatNotebook(notebook);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) refuse(`it must have at most ${MAX_BYTES} bytes, got ${bytes}; show fewer or smaller figures`);
  const result: Result = { run: { commit, command, cpu, cores, platform, versions, seconds, trainings }, claims };
  writeAtomic(join(projectRoot, 'results', `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  writeAtomic(options.notebook, text);
  console.log(`Recorded notebooks/${name}.ipynb and results/${name}.json; npm run report rebuilds REPRODUCTION.md`);
  return true;
}
