import { setTimeout as sleep } from 'node:timers/promises';
import { KernelDied, type CellMessage, type ErrorContent, type Kernel } from './kernelClient';
import type { CodeCell, Notebook } from './notebook';
import { outputCollector } from './outputs';

export interface RunOptions {
  /** Seconds that a cell may take. */
  timeout: number;
  /** Seconds that an interrupted cell has to end before the kernel is killed. */
  grace?: number;
  /** Goes on after a cell that failed, as nbclient does; an interrupt or a dead kernel ends the run all the same. */
  allowErrors?: boolean;
  /** Aborted by Ctrl-C: interrupts the running cell and ends the run. */
  signal?: AbortSignal;
  /** Answers a cell that asks; `signal` is aborted when the cell has ended or is told to end. Without it, a cell that asks fails. */
  input?: (prompt: string, password: boolean, signal: AbortSignal) => Promise<string> | string;
  /** Called when a cell starts, the k-th of n, ... */
  onCell?: (cell: CodeCell, k: number, n: number) => void;
  /** ... for all that it sends, ... */
  onMessage?: (message: CellMessage) => void;
  /** ... and when it has ended, to save the notebook. */
  onSaved: () => void;
}

export interface RunResult {
  /** Seconds of each cell that ran. */
  cells: { id: string; seconds: number }[];
  /** The first failure; the run stopped there, unless errors are allowed. */
  failure?: Failure;
  /** All of them: with `allowErrors` there may be several. */
  failures: Failure[];
}

/** A cell that failed, counted from 1 among the code cells, and its error. */
export interface Failure {
  cell: CodeCell;
  k: number;
  error: ErrorContent;
}

/** Seconds in which timers may still fail after the last cell's end. */
const LAST_WORDS = 0.3;

/** nbclient's tag of a cell that may throw. */
const mayThrow = (cell: CodeCell): boolean => cell.metadata.tags?.includes('raises-exception') ?? false;

/** The time from an interrupt to the kill, in seconds: native code hears nothing, and a cell may catch what stops it. */
const GRACE = 5;

/** Milliseconds that `setTimeout` can wait, 25 days; asked for more, it does not wait at all. */
const LONGEST = 2 ** 31 - 1;

/**
 * Runs the cells of a notebook in order and fills in their outputs. It stops at the first cell that throws, does not
 * compile, leaves a rejection unhandled, takes longer than `timeout`, or loses its kernel; the outputs up to there stay.
 * A cell tagged `raises-exception` may throw.
 */
export async function runNotebook(notebook: Notebook, kernel: Kernel, options: RunOptions): Promise<RunResult> {
  const cells = notebook.cells.filter((cell): cell is CodeCell => cell.cell_type === 'code');
  for (const cell of cells) Object.assign(cell, { outputs: [], execution_count: null });
  const collect = outputCollector();
  const ran: RunResult['cells'] = [];
  const failures = new Map<CodeCell, Failure>();
  const result = (): RunResult => ({ cells: ran, failure: [...failures.values()][0], failures: [...failures.values()] });
  let last = 0; // when it was last heard of

  const runs = cells.filter((cell) => cell.source.trim());
  for (const [index, cell] of runs.entries()) {
    const k = index + 1;
    options.onCell?.(cell, k, runs.length);
    const start = performance.now();
    const receive = (message: CellMessage) => {
      collect(cell.outputs, message);
      options.onMessage?.(message);
      if (message.type === 'execute_input') cell.execution_count = message.content.execution_count;
      // A failure in the background may come after the cell's end, while the next one runs.
      if (message.type === 'error' && !mayThrow(cell) && !failures.has(cell)) failures.set(cell, { cell, k, error: message.content });
      last = performance.now();
    };
    const stopped = await runCell(cell, kernel, receive, options);
    if (stopped) {
      cell.outputs = cell.outputs.filter((output) => output.output_type !== 'error'); // the kernel's own 'Interrupted'
      const error = { ...stopped, traceback: [`${stopped.ename}: ${stopped.evalue}`] };
      collect(cell.outputs, { type: 'error', content: error });
      failures.set(cell, { cell, k, error });
    }
    ran.push({ id: cell.id, seconds: (performance.now() - start) / 1000 });
    options.onSaved();
    const goesOn = options.allowErrors && (!stopped || stopped.ename === 'Timeout');
    if (failures.size > 0 && !goesOn) return result();
  }
  const end = performance.now();
  await sleep(LAST_WORDS * 1000);
  if (last > end) options.onSaved();
  return result();
}

/** Runs one cell to its end, or ends it; says why if it was ended from outside or the kernel died. */
export async function runCell(
  cell: CodeCell,
  kernel: Kernel,
  receive: (message: CellMessage) => void,
  { timeout, grace = GRACE, signal, input }: RunOptions,
): Promise<{ ename: string; evalue: string } | undefined> {
  let stopped: { ename: string; evalue: string } | undefined;
  let killer: NodeJS.Timeout | undefined;
  const ended = new AbortController();
  const stop = (ename: string, evalue: string) => {
    if (stopped) return;
    stopped = { ename, evalue };
    ended.abort();
    kernel.interrupt().catch(() => {}); // the kernel has died, and so has the cell
    killer = setTimeout(() => void kernel.kill(), grace * 1000);
  };
  const interrupt = () => stop('Interrupted', 'the run was interrupted');
  const timer = setTimeout(() => stop('Timeout', `the cell took longer than ${timeout} s`), Math.min(timeout * 1000, LONGEST));
  signal?.addEventListener('abort', interrupt);
  try {
    if (signal?.aborted) return { ename: 'Interrupted', evalue: 'the run was interrupted' };
    await kernel.execute(cell.source, receive, { input: input && ((prompt, password) => input(prompt, password, ended.signal)) });
  } catch (error) {
    if (!(error instanceof KernelDied)) throw error;
    stopped ??= { ename: 'KernelDied', evalue: error.message };
  } finally {
    ended.abort();
    clearTimeout(timer);
    clearTimeout(killer);
    signal?.removeEventListener('abort', interrupt);
  }
  return stopped;
}
