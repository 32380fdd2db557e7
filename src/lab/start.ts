import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { duration, projectRoot, writeAtomic } from '../system';
import { Kernel, type CellMessage } from './kernelClient';
import { cellTitle, readNotebook, writeNotebook, type Notebook } from './notebook';
import { declaresParameter, injectParameters, type Parameters } from './parameters';
import { provenance } from './provenance';
import { runNotebook, type RunResult } from './runner';
import { Screen } from './screen';

export const scales = ['quick', 'paper'] as const;
export type Scale = (typeof scales)[number];

/** Seconds that a cell may take. */
const TIMEOUT: Record<Scale, number> = { quick: 600, paper: 3 * 3600 };

export interface StartOptions {
  /** Path of the notebook. */
  notebook: string;
  scale: Scale;
  /** Other values for its parameter cell. */
  parameters: Parameters;
  /** The folder with the data sets; the kernel gets it as SQUEEZELAB_DATA, so that no path gets into the notebook. */
  dataDir?: string;
}

/** The files of a run, all in the git-ignored `runs/<scale>/`; the kernel's SQUEEZELAB_RUN is their common beginning. */
export function runFiles(notebook: string, scale: Scale) {
  const prefix = join(projectRoot, 'runs', scale, basename(notebook, '.ipynb'));
  return { prefix, notebook: `${prefix}.ipynb`, claims: `${prefix}.claims.json`, checkpoints: `${prefix}.checkpoints`, run: `${prefix}.run.json` };
}

/**
 * Runs a notebook in a kernel of its own and shows it live. The executed notebook is saved after each cell, and what made it
 * at the end. Ctrl-C interrupts the running cell and ends the run; a second one kills the kernel.
 */
export async function execute({ notebook: path, scale, parameters: given, dataDir }: StartOptions): Promise<RunResult> {
  const start = performance.now();
  const notebook = readNotebook(path);
  const parameters = scale !== 'quick' || declaresParameter(notebook, 'scale') ? { scale, ...given } : given;
  injectParameters(notebook, parameters);
  const files = runFiles(path, scale);
  mkdirSync(dirname(files.prefix), { recursive: true });
  rmSync(files.claims, { force: true }); // claims of an earlier run are not this one's
  const checkpoints = existsSync(files.checkpoints) ? readdirSync(files.checkpoints).length : 0;

  const env = { ...process.env, SQUEEZELAB_RUN: files.prefix, ...(dataDir && { SQUEEZELAB_DATA: dataDir }) };
  const kernel = await Kernel.start(dirname(path), env);
  const stop = new AbortController();
  const onSignal = () => (stop.signal.aborted ? void kernel.kill() : stop.abort());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  const screen = new Screen();
  const onTerminal = process.stdin.isTTY && process.stdout.isTTY;
  try {
    const result = await runNotebook(notebook, kernel, {
      timeout: TIMEOUT[scale],
      signal: stop.signal,
      onCell: (cell, k, n) => screen.section(`\n[${k}/${n}] ${cellTitle(notebook, cell)}`.trimEnd() + '\n'),
      onMessage: (message) => show(screen, message),
      input: onTerminal ? (...question) => screen.ask(...question) : undefined,
      onSaved: () => writeNotebook(files.notebook, notebook),
    });
    screen.section('\n');
    const seconds = (performance.now() - start) / 1000;
    const ended = result.failure ? `failed: ${result.failure.error.ename}` : 'done';
    writeAtomic(files.run, `${JSON.stringify({ ended, scale, parameters: given, seconds: round(seconds), checkpoints, cells: result.cells.map((cell) => ({ ...cell, seconds: round(cell.seconds) })), ...provenance() }, null, 2)}\n`);
    return result;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
    await kernel.stop();
  }
}

const round = (seconds: number) => Math.round(seconds * 1000) / 1000;

function show(screen: Screen, { type, content }: CellMessage): void {
  switch (type) {
    case 'execute_input':
      return;
    case 'stream':
      return screen.write(content.text);
    case 'error':
      return screen.write(`${content.traceback.join('\n')}\n`);
    case 'clear_output':
      return screen.clear(content.wait);
    case 'execute_result':
    case 'display_data':
    case 'update_display_data': {
      const text = content.data['text/plain'];
      const id = 'transient' in content ? content.transient?.display_id : undefined;
      if (typeof text !== 'string') return;
      if (id) screen.progress(id, text);
      else screen.write(`${text}\n`);
    }
  }
}

/** `npm start`: runs a notebook, then shows its claims and what to do next. Returns the exit code. */
export async function start(options: StartOptions): Promise<number> {
  const began = performance.now();
  const { failure } = await execute(options);
  const files = runFiles(options.notebook, options.scale);
  const local = (path: string) => relative(process.cwd(), path);
  if (failure) {
    console.log(`Stopped at cell ${failure.k}: ${failure.error.ename}: ${failure.error.evalue}`);
    console.log(`The notebook up to there: ${local(files.notebook)}`);
    return failure.error.ename === 'Interrupted' ? 130 : 1;
  }
  if (existsSync(files.claims)) {
    const { formatClaims, readClaims } = await import('../papers');
    const table = formatClaims(readClaims(files.claims));
    if (!endsWith(readNotebook(files.notebook), table)) console.log(table);
  }
  console.log(`Done in ${duration((performance.now() - began) / 1000)}. The executed notebook: ${local(files.notebook)}

Next:
${nextSteps(options.scale, local(options.notebook))}`);
  return 0;
}

/** Whether the last cell that ran has shown `text` already. */
function endsWith(notebook: Notebook, text: string): boolean {
  const last = notebook.cells.findLast((cell) => cell.cell_type === 'code');
  return last?.cell_type === 'code' && last.outputs.some((output) => 'data' in output && output.data['text/plain'] === text);
}

function nextSteps(scale: Scale, notebook: string): string {
  const steps =
    scale === 'quick'
      ? [[`npm start -- ${notebook} --scale paper`, "the paper's sizes on real data (npm run data -- mnist downloads it)"]]
      : [[`npm run record -- ${notebook}`, 'keep this notebook and its claims (needs a clean git tree)']];
  steps.push(['npm run kernel:install', 'open the notebook in Jupyter or VS Code, and change it']);
  return steps.map(([command, what]) => `  ${command}\n      ${what}`).join('\n');
}
