/** The main thread: runs cells, one at a time, as the front tells it. */
import { Worker, MessageChannel } from 'node:worker_threads';
import { join } from 'node:path';
import vm from 'node:vm';
import { Scope } from './binding';
import { forgetTests, runTests, test } from './cellTests';
import { clear, Display, display, displayed } from './display';
import { confirm, connectInput, prompt } from './input';
import { signals, type Checked, type ErrorContent, type FromCells, type Outcome, type RunMessage, type ToCells } from './messages';
import { bindImports, importOf, meta, preload, requireOf } from './modules';
import { currentCell, followTimers, setRunning, type Cell } from './owner';
import { redirectOutput } from './output';
import { publish, publishBy } from './publish';
import { html, md, svg } from './tags';
import { addCell, interruption, thrown } from './traceback';
import { RUNTIME } from './transform';
import { mimeBundle } from './values';

/** Milliseconds that code which listens to SIGINT has to end by itself. */
const GRACE = 2000;

const memory = new Int32Array(new SharedArrayBuffer(8));
const answers = new MessageChannel();
const front = new Worker(join(__dirname, 'thread.cjs'), {
  workerData: { file: 'front.ts', connectionFile: process.argv[2], signals: memory, answers: answers.port1 },
  transferList: [answers.port1],
  execArgv: [],
  stdout: false,
  stderr: false,
});
const post = (message: FromCells) => front.postMessage(message);

const scope = new Scope();

/** The running cell. */
interface Running extends Cell {
  conclude(error?: ErrorContent): void;
  /** Set once it has ended or shall end: its code stops at the next `await` of its own. */
  over: boolean;
  interrupted: boolean;
}
let running: Running | undefined;

/** What a cell's own `await` throws when the cell has ended in the meantime. */
class Stopped extends Error {}

type Resource = Partial<Disposable & AsyncDisposable> | null | undefined;

/** Resources of top-level `using` live as long as the kernel: a cell's name is there for all later ones. */
const resources: Resource[] = [];
function dispose<T extends Resource>(resource: T): T {
  if (resource && !resource[Symbol.dispose] && !resource[Symbol.asyncDispose]) throw new TypeError('using: the value must have a method [Symbol.dispose] or [Symbol.asyncDispose]');
  resources.unshift(resource);
  return resource;
}
async function disposeAll(): Promise<void> {
  for (const resource of resources) {
    try {
      if (resource?.[Symbol.asyncDispose]) await resource[Symbol.asyncDispose]!();
      else resource?.[Symbol.dispose]?.();
    } catch {
      // the next one still is
    }
  }
}

type Body = (...bindings: unknown[]) => Promise<unknown>;

/** What cells have besides their bindings. */
const environment = (resumed: (value: unknown) => unknown): Record<string, unknown> => ({
  require: requireOf, module: { exports: {} }, exports: {}, __dirname: meta.dirname, __filename: meta.filename,
  display, clear, html, md, svg, prompt, confirm, test,
  [RUNTIME.resumed]: resumed, [RUNTIME.dispose]: dispose, [RUNTIME.meta]: meta, [RUNTIME.import]: importOf,
}); // prettier-ignore

let starting: (() => Promise<unknown>) | undefined;
Object.defineProperty(globalThis, Symbol.for('squeezelab.start'), { value: () => starting!() });
const startScript = new vm.Script("globalThis[Symbol.for('squeezelab.start')]()", { filename: 'kernel:start' });

/** Runs a compiled cell; SIGINT stops what it does before its first `await`. */
async function evaluate(name: string, compiled: RunMessage['compiled'], resumed: (value: unknown) => unknown): Promise<unknown> {
  await bindImports(compiled.imports, scope);
  const values = environment(resumed);
  const parameters = Object.keys(compiled.parameters);
  const text = `(function (${Object.keys(values).join(', ')}) { 'use strict'; return async function (${parameters.join(', ')}) {\n${compiled.js}\n}; })`;
  const script = new vm.Script(text, { filename: name, lineOffset: -1 });
  const body = (script.runInThisContext() as (...values: unknown[]) => Body)(...Object.values(values));
  starting = () => body(...parameters.map((parameter) => scope.get(compiled.parameters[parameter])));
  return startScript.runInThisContext({ breakOnSigint: true, displayErrors: false });
}

function run(message: RunMessage): void {
  const { cell: id, name, source, compiled, executionCount, silent, allowStdin } = message;
  const cell: Running = {
    id, silent, allowStdin, over: false, interrupted: false,
    conclude(error) {
      if (running !== cell) return;
      running = undefined;
      cell.over = true;
      forgetTests();
      const unreached = error ? [...before].filter(([defined, count]) => scope.get(defined).definitions === count).map(([defined]) => defined) : [];
      void finish(message, unreached, error);
    },
  }; // prettier-ignore
  running = cell;
  setRunning(cell);
  const before = new Map(compiled.defines.map((defined) => [defined, scope.get(defined).definitions]));
  addCell(name, source, compiled.map);
  const resumed = (value: unknown) => {
    if (cell.over || cell.interrupted) throw new Stopped();
    return value;
  };
  void (async () => {
    try {
      const value = await evaluate(name, compiled, resumed);
      if (cell.over) return;
      const report = await runTests();
      if (report) publish('display_data', { data: { 'text/html': report.html, 'text/plain': report.text }, metadata: {}, transient: {} }, cell);
      await new Promise(setImmediate); // rejections that nobody handles are reported after the turn
      if (cell.over) return;
      if (!report?.failure && value !== undefined && !(value instanceof Display)) {
        publish('execute_result', { execution_count: executionCount, data: await mimeBundle(value), metadata: {} }, cell);
      }
      await displayed();
      cell.conclude(cell.interrupted ? interruption : report?.failure);
    } catch (error) {
      if (cell.over) return;
      await new Promise(setImmediate);
      const stopped = cell.interrupted || isInterruption(error);
      cell.conclude(stopped ? interruption : thrown(error));
    }
  })();
}

function isInterruption(error: unknown): boolean {
  try {
    return (error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED';
  } catch {
    return false;
  }
}

/** The user's expressions are evaluated even by a failed cell's front end's wish: only after success, as Jupyter does. */
async function finish({ cell, name, expressions }: RunMessage, unreached: string[], error?: ErrorContent): Promise<void> {
  const outcome: Outcome = { unreached, expressions: {} };
  if (error) outcome.error = error;
  else for (const [key, checked] of Object.entries(expressions)) outcome.expressions[key] = await expressed(name, checked);
  post({ op: 'done', cell, outcome });
}

async function expressed(name: string, checked: Checked): Promise<object> {
  if ('error' in checked) return { status: 'error', ...checked.error };
  try {
    return { status: 'ok', data: await mimeBundle(await evaluate(name, checked.compiled, (value) => value)), metadata: {} };
  } catch (error) {
    return { status: 'error', ...thrown(error) };
  }
}

/** A failure in the background: fails the running cell, or is shown below the one that it belongs to. */
function failInBackground(error: unknown, cell = currentCell()): void {
  if (error instanceof Stopped) return;
  const content = thrown(error);
  if (cell) publish('error', content, cell);
  else process.stderr.write(`${content.traceback.join('\n')}\n`);
}

function onBackgroundFailure(error: unknown, cell?: Cell): void {
  if (error instanceof Stopped) return;
  if (running && (!cell || cell.id === running.id)) running.conclude(running.interrupted ? interruption : thrown(error));
  else failInBackground(error, cell);
}

/** How many listen to SIGINT besides the kernel. */
const listening = () => process.listeners('SIGINT').filter((listener) => listener !== onSigint).length;

/** Whoever else listens to SIGINT is told: long work stops by itself and puts its state away. Returns how many there are. */
function tellListeners(): number {
  const listeners = listening();
  if (running) running.interrupted = true;
  if (listeners > 0) process.emit('SIGINT');
  return listeners;
}

/** `forced`: what kept this thread busy was stopped in the middle. */
function interrupt(forced = false): void {
  if (forced) listenToSigint();
  const cell = running;
  const told = cell?.interrupted ? listening() : tellListeners();
  if (!cell) return;
  if (told > 0 && !forced) setTimeout(() => cell.conclude(interruption), GRACE);
  else cell.conclude(interruption);
}

let emitting = false;
function onSigint(): void {
  if (emitting) return; // our own emit
  emitting = true;
  interrupt();
  emitting = false;
}
/** Again after code was stopped in the middle: Node's `vm` had put the listeners away for as long as it runs. */
function listenToSigint(): void {
  if (!process.listeners('SIGINT').includes(onSigint)) process.on('SIGINT', onSigint);
}
listenToSigint();
// For the front's watchdog: called within whatever keeps this thread busy.
Object.defineProperty(globalThis, Symbol.for('squeezelab.interrupt'), {
  value: () => {
    emitting = true;
    const told = tellListeners();
    emitting = false;
    return told;
  },
});

for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, (error: unknown) => onBackgroundFailure(error));
followTimers(onBackgroundFailure);
redirectOutput(post);
publishBy(post);
connectInput(post, answers.port2, memory);
answers.port2.unref();

front.on('message', (message: ToCells) => {
  switch (message.op) {
    case 'run':
      return run(message);
    case 'preload':
      setRunning({ id: message.cell, silent: message.silent, allowStdin: false });
      return preload(message.specifiers);
    case 'interrupt':
      post({ op: 'heard' });
      return interrupt(message.forced);
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
