/** The main thread: runs cells, one at a time, as the front tells it. */
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { forgetTests, runTests } from './cellTests';
import { Display, displayed, forgetDisplays } from './display';
import { evaluate, watchDefinitions } from './evaluate';
import { connectInput, QuestionInterrupted } from './input';
import { signals, type Checked, type ErrorContent, type FromCells, type Outcome, type RunMessage, type ToCells } from '../messages';
import { forgetHalfLoaded, preload } from './modules';
import { AbortController, setTimeout, turn } from './native';
import { currentCell, followTimers, setRunning, type Cell } from './owner';
import { redirectOutput } from './output';
import { publish, publishBy } from './publish';
import { disposeAll } from './resources';
import { listen, listeners, restoreSigint, tell } from './sigint';
import { kernelFolder } from '../paths';
import { addCell, interruption, mapStacks, thrown } from '../traceback';
import { contentOf, mimeBundle } from '../values';

/** Milliseconds that code which listens to SIGINT has to end by itself. */
const GRACE = 2000;

const memory = new Int32Array(new SharedArrayBuffer(8));
const answers = new MessageChannel();
const front = new Worker(join(kernelFolder, 'thread.cjs'), {
  workerData: { file: 'front/front.ts', connectionFile: process.argv[2], signals: memory, answers: answers.port1 },
  transferList: [answers.port1],
  execArgv: [],
});
const post = (message: FromCells) => front.postMessage(message);

/** The running cell. */
interface Running extends Cell {
  /** Ends it, once. */
  conclude(error?: ErrorContent, expressions?: Record<string, object>): void;
  /** Whether it has ended: its code stops at the next `await` of its own. */
  over: boolean;
  interrupted: boolean;
}
let running: Running | undefined;

/** What a cell's own `await` throws when the cell has ended in the meantime. */
class Stopped extends Error {}

function run(message: RunMessage): void {
  const { cell: id, name, source, compiled, silent, allowStdin } = message;
  forgetHalfLoaded();
  const definitions = watchDefinitions(compiled);
  const end = new AbortController();
  const cell: Running = {
    id,
    silent,
    allowStdin,
    over: false,
    interrupted: false,
    signal: end.signal,
    conclude(error, expressions = {}) {
      if (running !== cell) return;
      running = undefined;
      cell.over = true;
      end.abort();
      forgetTests();
      forgetDisplays();
      post({ op: 'done', cell: id, outcome: { ...(error && { error, unreached: definitions.unreached() }), expressions } satisfies Outcome });
    },
  };
  running = cell;
  setRunning(cell);
  forgetTests();
  listenToFailures();
  addCell(name, source, compiled.map);
  for (const text of late.splice(0)) process.stderr.write(text);
  void work(message, cell).then(
    ([error, expressions]) => cell.conclude(cell.interrupted ? interruption : error, expressions),
    (error: unknown) => void turn().then(() => cell.conclude(cell.interrupted || isInterruption(error) ? interruption : thrown(error))),
  );
}

/** Runs a cell, its tests, and what else was asked for, and shows its last value; returns why it failed, or the values of the expressions. */
async function work({ name, compiled, executionCount, expressions }: RunMessage, cell: Running): Promise<[ErrorContent | undefined, Record<string, object>]> {
  const resumed = (value: unknown) => {
    if (cell.over || cell.interrupted) throw new Stopped();
    return value;
  };
  const value = await evaluate(name, compiled, resumed);
  resumed(value);
  const report = await runTests(() => cell.over);
  if (report && !cell.over) publish('display_data', { data: report.data, metadata: {}, transient: {} }, cell);
  await turn(); // rejections that nobody handles are reported after the turn
  resumed(undefined);
  if (report?.failure) return [report.failure, {}];
  if (value !== undefined && !(value instanceof Display)) {
    const data = await mimeBundle(value);
    resumed(undefined);
    publish('execute_result', { execution_count: executionCount, ...contentOf(data) }, cell);
  }
  await displayed();
  const values: Record<string, object> = {};
  for (const [key, checked] of Object.entries(expressions)) values[key] = await expressed(name, checked, resumed);
  return [undefined, values];
}

async function expressed(name: string, checked: Checked, resumed: (value: unknown) => unknown): Promise<object> {
  if ('error' in checked) return { status: 'error', ...checked.error };
  try {
    return { status: 'ok', ...contentOf(await mimeBundle(await evaluate(name, checked.compiled, resumed))) };
  } catch (error) {
    return { status: 'error', ...thrown(error) };
  }
}

function isInterruption(error: unknown): boolean {
  try {
    if (error instanceof QuestionInterrupted) return true;
    const { code, message } = error as { code?: string; message?: string };
    return code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED' && message === 'Script execution was interrupted by `SIGINT`';
  } catch {
    return false;
  }
}

// --- failures in the background

/** What has failed below cells that had ended: some front ends listen to the running cell alone. */
const late: string[] = [];

/** It fails the running cell, or is shown below the one that it belongs to. */
function onFailure(error: unknown, cell = currentCell()): void {
  if (error instanceof Stopped) return;
  if (running && (!cell || cell.id === running.id)) running.conclude(running.interrupted ? interruption : thrown(error));
  else if (cell) {
    publish('error', thrown(error), cell);
    late.push(`A cell that had ended has failed: ${thrown(error).traceback.join('\n')}\n`);
  } else process.stderr.write(`${thrown(error).traceback.join('\n')}\n`);
}
const onUnhandled = (error: unknown) => onFailure(error, running);

/** Before each cell: an earlier one may have removed them. */
function listenToFailures(): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    if (!process.listeners(event as 'uncaughtException').includes(onUnhandled)) process.on(event, onUnhandled);
  }
}

// --- interrupts

/** Tells those who listen, once a cell. */
function interrupted(): number {
  if (running?.interrupted) return listeners();
  if (running) running.interrupted = true;
  return tell();
}

/** `forced`: what kept this thread busy has been stopped in the middle. */
function interrupt(forced = false): void {
  restoreSigint();
  forgetHalfLoaded();
  const cell = running;
  const told = interrupted();
  if (!cell) return;
  if (told > 0 && !forced) setTimeout(() => cell.conclude(interruption), GRACE);
  else cell.conclude(interruption);
}
listen(interrupt);

/**
 * Empties Node's account of asynchronous calls: it must be when the code of this thread is stopped in the middle. Node 24 and later
 * do not give it away; there the flag of the launcher keeps Node from looking, unless a cell has set up hooks of its own.
 */
function accounting(): () => void {
  const node = process as unknown as { noDeprecation?: boolean; binding(name: 'async_wrap'): { clearAsyncIdStack: () => void } };
  const { noDeprecation } = node;
  node.noDeprecation = true;
  try {
    return node.binding('async_wrap').clearAsyncIdStack;
  } catch {
    return () => {};
  } finally {
    node.noDeprecation = noDeprecation;
  }
}

// For the front, which calls them within whatever keeps this thread busy.
Object.defineProperty(globalThis, Symbol.for('squeezelab.interrupt'), { value: (cell: number) => (running?.id === cell ? interrupted() : 0) });
Object.defineProperty(globalThis, Symbol.for('squeezelab.unwind'), { value: accounting() });

// --- the front

mapStacks();
listenToFailures();
followTimers(onFailure);
redirectOutput(post);
publishBy(post);
connectInput(post, answers.port2, memory);
answers.port2.unref();

front.on('message', (message: ToCells) => {
  switch (message.op) {
    case 'run':
      return run(message);
    case 'preload':
      return preload(message.specifier);
    case 'interrupt':
      post({ op: 'heard', cell: message.cell });
      return running?.id === message.cell ? interrupt(message.forced) : undefined;
    case 'shutdown':
      return void disposeAll().then(() => process.exit(0));
  }
});
front.on('error', (error) => {
  console.error(error);
  process.abort();
});

// What was printed just before an end by `process.exit` still goes out.
process.on('exit', () => {
  const before = Atomics.load(memory, signals.flushed);
  post({ op: 'flush' });
  Atomics.wait(memory, signals.flushed, before, 1000);
});
