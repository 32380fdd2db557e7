import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { execute, type Executed } from '../../lab/execute';
import { readNotebook, type Notebook } from '../../lab/notebook';
import { formatClaims, readClaims } from '../../papers';
import { runFiles } from '../../run/folder';
import { duration, projectRoot, shellWord } from '../../system';
import type { StartFlags } from '../start';
import { checkFolderAbove, commandOf } from '../usage';
import { runOptions } from './runOptions';

/** Runs a notebook, then shows its claims and what to do next. Returns the exit code. */
export async function startNotebook(name: string, { out, timeout, allowErrors, json, ...flags }: StartFlags): Promise<number> {
  const { choices, ...options } = runOptions(name, flags);
  if (out) checkFolderAbove(resolve(out));
  const executed = await execute({ ...options, out, timeout, allowErrors, stream: json ? process.stderr : process.stdout });
  if (json) console.log(JSON.stringify(summary(executed)));
  else if (executed.record.state === 'done') sayDone(executed, options.notebook, choices.includes('paper'));
  else sayStopped(executed, allowErrors);
  return { running: 1, done: 0, failed: 1, interrupted: 130 }[executed.record.state];
}

/** What `--json` prints. */
function summary({ folder, record: { state, failure, seconds } }: Executed) {
  const { notebook, claims } = runFiles(folder);
  const { error = null, ...cell } = failure ?? {};
  return { notebook, state, cell: failure ? cell : null, error, seconds, claims: existsSync(claims) ? readClaims(claims).length : 0, run: folder };
}

const local = (path: string) => shellWord(relative(process.cwd(), path) || '.');

function sayStopped({ folder, record: { state, failure } }: Executed, allowErrors?: boolean): void {
  const { notebook } = runFiles(folder);
  if (failure) console.log(`${allowErrors && state === 'failed' ? 'The first failure was in' : 'Stopped at'} cell ${failure.number}: ${failure.error.name}: ${failure.error.message}`);
  console.log(`The executed notebook${allowErrors ? '' : ' up to there'}: ${local(notebook)}`);
  if (state === 'interrupted') console.log(`The same ${commandOf('start').replace(/ --$/, '')} goes on from here: trainings begin where their last checkpoints are.`);
}

function sayDone({ folder, record: { scale, seconds } }: Executed, notebook: string, toPaper: boolean): void {
  const files = runFiles(folder);
  if (existsSync(files.claims)) {
    const table = formatClaims(readClaims(files.claims));
    if (!endsWith(readNotebook(files.notebook), table)) console.log(table);
  }
  console.log(`Done in ${duration(seconds)}. The executed notebook: ${local(files.notebook)}\n\nNext:`);
  const ours = dirname(notebook) === join(projectRoot, 'notebooks');
  const steps = [
    ...(scale !== 'paper' && toPaper ? [[`${commandOf('start')} ${local(notebook)} --scale paper`, `the paper's sizes on real data (${commandOf('data')} NAME downloads it)`]] : []),
    ...(scale === 'paper' && ours ? [[`${commandOf('record')} ${local(notebook)}`, 'keep this notebook and its claims (needs a clean git tree)']] : []),
    ['npx squeezelab runs', 'what ran before, with what, and what it measured'],
    [process.env.npm_lifecycle_event ? 'npm run kernel:install' : 'npx squeezelab kernel', 'open the notebook in Jupyter or VS Code, and change it'],
  ];
  console.log(steps.map(([command, what]) => `  ${command}\n      ${what}`).join('\n'));
}

/** Whether the last cell that ran has shown `text` already. */
function endsWith(notebook: Notebook, text: string): boolean {
  const last = notebook.cells.findLast((cell) => cell.cell_type === 'code');
  return last?.cell_type === 'code' && last.outputs.some((output) => 'data' in output && output.data['text/plain'] === text);
}
