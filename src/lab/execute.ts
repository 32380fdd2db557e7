import { existsSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { makeFolder, type Scale } from '../system';
import { projectPath, runFiles, runFolder } from '../run/folder';
import { lockRun } from '../run/lock';
import { provenance } from '../run/provenance';
import { readRecord, writeRecord, type FailedCell, type RunRecord } from '../run/record';
import { readTrainings } from '../run/trainings';
import { Kernel, type CellMessage } from './kernelClient';
import { cellTitle, readNotebook, writeNotebook, type Notebook } from './notebook';
import { declaresParameter, injectParameters, otherThanDeclared, type Parameters } from './parameters';
import { runNotebook, type Failure } from './runner';
import { Screen } from './screen';

/** Seconds that a cell may take. */
const TIMEOUT: Record<Scale, number> = { smoke: 600, quick: 600, paper: 3 * 3600 };

export interface ExecuteOptions {
  /** Path of the notebook. */
  notebook: string;
  scale: Scale;
  /** Other values for its parameter cell, the scale apart. */
  parameters: Parameters;
  /** The folder with the data sets; the kernel gets it as SQUEEZELAB_DATA, so that no path gets into the notebook. */
  dataDir?: string;
  /** The run's folder, in place of its own below `runs/`. */
  out?: string;
  /** Seconds that a cell may take. */
  timeout?: number;
  /** Whether it goes on after a cell that failed. */
  allowErrors?: boolean;
  /** Where it is shown: on the standard output, or on the other one. */
  stream?: NodeJS.WriteStream;
}

/** A run that has ended: its folder, and what `run.json` says of it. */
export interface Executed {
  folder: string;
  record: RunRecord;
}

/**
 * Runs a notebook in a kernel of its own and shows it live. The executed notebook is saved after each cell, and what made it
 * at the end. Ctrl-C interrupts the running cell and ends the run; a second one kills the kernel.
 */
export async function execute({ notebook: path, scale, parameters, dataDir, out, timeout = TIMEOUT[scale], allowErrors, stream = process.stdout }: ExecuteOptions): Promise<Executed> {
  const start = performance.now();
  const notebook = readNotebook(path);
  const injected: Parameters = declaresParameter(notebook, 'scale') || scale !== 'quick' ? { scale, ...parameters } : parameters;
  const others = otherThanDeclared(notebook, parameters);
  injectParameters(notebook, injected);
  const folder = out ? outFolder(out, path) : runFolder({ notebook: path, scale, parameters: others, data: dataDir });
  makeFolder(folder);
  const release = lockRun(folder);
  const files = runFiles(folder);
  try {
    sayWhetherItGoesOn(folder, stream);
    for (const file of [files.claims, files.metrics, files.trainings]) rmSync(file, { force: true }); // an earlier run's are not this one's
    const record: RunRecord = { notebook: projectPath(path), scale, parameters: others, state: 'running', began: new Date().toISOString(), seconds: 0, cells: [], ...provenance() };
    writeRecord(folder, record);

    const { cells, failure, failures } = await runShown(notebook, path, { files: files.notebook, folder, dataDir, timeout, allowErrors, stream });
    const state = !failure ? 'done' : failures.some(({ error }) => error.ename === 'Interrupted') ? 'interrupted' : 'failed';
    const ended: RunRecord = {
      ...record,
      state,
      ended: new Date().toISOString(),
      seconds: round((performance.now() - start) / 1000),
      failure: failure && failedCell(notebook, failure),
      trainings: readTrainings(folder),
      cells: cells.map((cell) => ({ ...cell, seconds: round(cell.seconds) })),
    };
    writeRecord(folder, ended);
    return { folder, record: ended };
  } finally {
    release();
  }
}

interface Shown {
  /** Where the executed notebook is saved. */
  files: string;
  folder: string;
  dataDir?: string;
  timeout: number;
  allowErrors?: boolean;
  stream: NodeJS.WriteStream;
}

async function runShown(notebook: Notebook, path: string, { files, folder, dataDir, timeout, allowErrors, stream }: Shown) {
  let kernel: Kernel | undefined;
  const stop = new AbortController();
  const onSignal = () => (stop.signal.aborted ? void kernel?.kill() : stop.abort());
  for (const signal of SIGNALS) process.on(signal, onSignal); // before the kernel starts: it must not be left behind
  const screen = new Screen(stream);
  const onTerminal = process.stdin.isTTY && stream.isTTY;
  try {
    kernel = await Kernel.start(dirname(resolve(path)), { ...process.env, SQUEEZELAB_RUN: resolve(folder), ...(dataDir && { SQUEEZELAB_DATA: dataDir }) });
    return await runNotebook(notebook, kernel, {
      timeout,
      allowErrors,
      signal: stop.signal,
      onCell: (cell, k, n) => screen.section(`\n[${k}/${n}] ${cellTitle(notebook, cell)}`.trimEnd() + '\n'),
      onMessage: (message) => show(screen, message),
      input: onTerminal ? (...question) => screen.ask(...question) : undefined,
      onSaved: () => writeNotebook(files, notebook),
    });
  } finally {
    screen.section('\n');
    for (const signal of SIGNALS) process.off(signal, onSignal);
    await kernel?.stop();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A folder that was named: a new one, an empty one, or an earlier run's. */
function outFolder(out: string, notebook: string): string {
  if (out.endsWith('.ipynb') || (existsSync(out) && !statSync(out).isDirectory())) throw new Error(`--out: must be a folder, in which the executed notebook is notebook.ipynb, got ${out}`);
  const files = runFiles(resolve(out));
  if (existsSync(files.notebook) && (resolve(notebook) === files.notebook || !readRecord(resolve(out)))) {
    throw new Error(`--out: ${out} must be a new folder or that of an earlier run, but has a notebook.ipynb of another kind, which would be overwritten; name another`);
  }
  return resolve(out);
}

function sayWhetherItGoesOn(folder: string, stream: NodeJS.WriteStream): void {
  const earlier = readRecord(folder);
  if (earlier?.state === 'interrupted' || earlier?.state === 'running') {
    stream.write(`Goes on from the run of ${new Date(earlier.began).toLocaleString('en-GB')}, which was interrupted: trainings begin where their last checkpoints are.\n`);
  }
}

const failedCell = (notebook: Notebook, { cell, k, error }: Failure): FailedCell => ({ number: k, id: cell.id, title: cellTitle(notebook, cell), error: { name: error.ename, message: error.evalue } });

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
