/** The front thread: speaks Jupyter's protocol, at any time, whatever the cells do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import inspector from 'node:inspector';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { History, type Result } from './history';
import { signals, type Answer, type Checked, type Completeness, type Completion, type FromCells, type FrontData, type ToCells } from '../messages';
import { root } from '../paths';
import { characters, units } from '../protocol';
import { info } from './info';
import { News } from './news';
import { endWithParent } from './orphan';
import { Wire, type Channel, type Request } from './wire';
import { CheckerThread } from './checkerClient';

const { connectionFile, signals: memory, answers } = workerData as FrontData & { answers: MessagePort };
const wire = new Wire(connectionFile);
const cells = parentPort!;
const post = (message: ToCells) => cells.postMessage(message);
const checker = new CheckerThread();
const history = new History();

// --- requests, one after the other

interface Executing {
  id: number;
  request: Request;
  /** Whether it is kept in the history. */
  stores: boolean;
  done(message: FromCells & { op: 'done' }): void;
}

let executionCount = 0;
let requests = 0;
let executing: Executing | undefined;
/** Who asked for each cell; late output goes there. */
const parents = new Map<number, Request>();
/** What waits behind a cell that may fail. */
const waiting = new Set<{ aborted: boolean }>();
let queue: Promise<void> = Promise.resolve();

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function text(content: Record<string, unknown>, name: string): string {
  const value = content[name];
  return typeof value === 'string' ? value : '';
}

/** Busy, the answer, idle; as every request is told. */
async function answer(channel: Channel, request: Request, work: () => Promise<[type: string, content: object] | undefined>): Promise<void> {
  try {
    wire.publish('status', { execution_state: 'busy' }, request.header);
    const reply = await work();
    if (reply) wire.reply(channel, request, ...reply);
  } catch (error) {
    const { message } = error as Error;
    wire.reply(channel, request, request.header.msg_type.replace(/_request$/, '_reply'), { status: 'error', ename: 'KernelError', evalue: message, traceback: [message] });
  }
  news.flush();
  wire.publish('status', { execution_state: 'idle' }, request.header);
}

function receive(channel: Channel, request: Request): void {
  if (requests === 0) unasked.refresh();
  if (channel === 'stdin') return receiveInput(request);
  const { msg_type } = request.header;
  if (channel === 'shell' && (msg_type === 'execute_request' || !immediate.has(msg_type))) {
    const turn = { aborted: false };
    if (msg_type === 'execute_request') waiting.add(turn);
    const answered = queue.then(() => {
      waiting.delete(turn);
      return answer(channel, request, () => handle(request, turn.aborted));
    });
    queue = answered.catch(() => {}); // what cannot be answered does not stop what follows
  } else answer(channel, request, () => handle(request, false)).catch(() => {});
}

/** Answered at once on either channel, though a cell runs. */
const immediate = new Set(['kernel_info_request', 'interrupt_request', 'shutdown_request', 'debug_request', 'comm_info_request', 'history_request', 'is_complete_request', 'complete_request', 'inspect_request']);

/** The cursor as an offset in the code. */
const cursor = ({ code, cursor_pos }: Record<string, unknown>) => units(String(code), typeof cursor_pos === 'number' ? cursor_pos : Infinity);

async function handle(request: Request, aborted: boolean): Promise<[string, object] | undefined> {
  const { header, content } = request;
  switch (header.msg_type) {
    case 'kernel_info_request':
      return ['kernel_info_reply', info];
    case 'execute_request':
      return ['execute_reply', aborted ? { status: 'aborted' } : await execute(request)];
    case 'complete_request': {
      const code = text(content, 'code');
      const { matches, start, end, types }: Completion = await checker.call('complete', code, cursor(content));
      const [cursor_start, cursor_end] = [characters(code, start), characters(code, end)];
      const described = types.map((type) => ({ ...type, start: cursor_start, end: cursor_end }));
      return ['complete_reply', { status: 'ok', matches, cursor_start, cursor_end, metadata: { _jupyter_types_experimental: described } }];
    }
    case 'inspect_request': {
      const code = text(content, 'code');
      const found = await checker.call('inspect', code, cursor(content));
      return ['inspect_reply', { status: 'ok', found: !!found, data: found ? { 'text/plain': found.plain, 'text/markdown': found.markdown } : {}, metadata: {} }];
    }
    case 'is_complete_request': {
      const { status, indent }: Completeness = await checker.call('completeness', text(content, 'code'));
      return ['is_complete_reply', status === 'incomplete' ? { status, indent } : { status }];
    }
    case 'history_request':
      return ['history_reply', { status: 'ok', history: history.select(content) }];
    case 'comm_info_request':
      return ['comm_info_reply', { status: 'ok', comms: {} }];
    case 'comm_open':
      // No target is registered here.
      wire.publish('comm_close', { comm_id: text(content, 'comm_id'), data: {} }, header);
      return undefined;
    case 'comm_msg':
    case 'comm_close':
      return undefined;
    case 'interrupt_request':
      void interrupt();
      return ['interrupt_reply', { status: 'ok' }];
    case 'shutdown_request': {
      const restart = content.restart === true;
      void shutdown();
      wire.publish('shutdown_reply', { status: 'ok', restart }, header);
      return ['shutdown_reply', { status: 'ok', restart }];
    }
    case 'debug_request':
      return ['debug_reply', { type: 'response', request_seq: content.seq ?? 0, seq: 0, success: false, command: text(content, 'command'), message: 'this kernel has no debugger' }];
    default:
      if (!header.msg_type.endsWith('_request')) return undefined;
      return [header.msg_type.replace(/_request$/, '_reply'), { status: 'error', ename: 'UnknownMessage', evalue: `this kernel does not know ${header.msg_type}`, traceback: [] }];
  }
}

// --- cells

async function execute(request: Request): Promise<object> {
  const { content, header } = request;
  const code = text(content, 'code');
  const silent = content.silent === true;
  const stores = !silent && content.store_history !== false;
  if (stores) executionCount++;
  const count = executionCount;
  const id = ++requests;
  clearTimeout(unasked);
  const name = stores ? `In[${count}]` : `In[*${id}]`;
  if (!silent) wire.publish('execute_input', { code, execution_count: count }, header);
  if (stores) history.add(count, code);
  parents.set(id, request);
  if (importsLibrary.test(code)) preloadLibrary();
  const interrupted = new Promise<'interrupted'>((resolve) => (interruptCheck = () => resolve('interrupted')));
  const checked = await checker.check(code, name, interrupted);
  const expressions: Record<string, Checked> = {};
  for (const [key, expression] of Object.entries(isObject(content.user_expressions) ? content.user_expressions : {})) {
    if ('compiled' in checked) expressions[key] = await checker.check(`(${String(expression)}\n)`, name, interrupted);
  }
  interruptCheck = undefined;
  let error = 'error' in checked ? checked.error : undefined;
  let values: Record<string, object> = {};
  if ('compiled' in checked && !error) {
    const { outcome } = await new Promise<FromCells & { op: 'done' }>((done) => {
      executing = { id, request, stores, done };
      post({ op: 'run', cell: id, name, source: code, compiled: checked.compiled, executionCount: count, silent, allowStdin: content.allow_stdin === true, expressions });
    });
    executing = undefined;
    ({ error } = outcome);
    if (outcome.unreached?.length) checker.restore(outcome.unreached);
    values = outcome.expressions;
  }
  news.flush();
  if (!error) return { status: 'ok', execution_count: count, payload: [], user_expressions: values };
  if (!silent) wire.publish('error', error, header);
  if (content.stop_on_error !== false) {
    await sleep(20); // what was sent before the error was known arrives, and is aborted; what is sent after runs
    for (const other of waiting) other.aborted = true;
  }
  return { status: 'error', execution_count: count, ...error, user_expressions: {}, payload: [] };
}

/** The project's own package, which most cells import: it is loaded while the first of them is checked, or when nobody asks for anything. */
const library = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string }).name;
const importsLibrary = new RegExp(`from\\s*['"]${library}['"]`);
let preloaded = false;
function preloadLibrary(): void {
  if (!preloaded) post({ op: 'preload', specifier: library });
  preloaded = true;
}
/** Who starts a kernel to run cells at once asks for them at once; who opens a notebook reads it first. */
const unasked = setTimeout(() => {
  if (preloaded) return;
  preloadLibrary();
  checker.call('warmPackage').catch(() => {});
}, 700);

let interruptCheck: (() => void) | undefined;
/** Called when the cells' thread has heard of an interrupt. */
let heard: (() => void) | undefined;
let interrupting: number | undefined;

/** Stops the running cell: tells it, and if it does not hear for being busy, tells it amid that, and stops it there. */
async function interrupt(): Promise<void> {
  interruptCheck?.();
  if (asked) answerInput({ refused: 'interrupted' });
  if (!executing || interrupting === executing.id) return;
  const { id } = executing;
  interrupting = id;
  const ears = new Promise<true>((resolve) => (heard = () => resolve(true)));
  const hears = (milliseconds: number) => Promise.race([ears, sleep(milliseconds, false)]);
  post({ op: 'interrupt', cell: id, forced: false });
  const session = new inspector.Session();
  session.connectToMainThread();
  const evaluate = (expression: string) =>
    new Promise<unknown>((resolve) => session.post('Runtime.evaluate', { expression, returnByValue: true }, (_error, evaluated) => resolve(evaluated?.result.value)));
  try {
    const told = evaluate(`globalThis[Symbol.for('squeezelab.interrupt')](${id})`);
    const listeners = await Promise.race([told, ears.then(() => 0), sleep(5000, 0)]);
    for (let patience = listeners ? 1000 : 150; executing?.id === id && !(await hears(patience)); patience = 250) {
      void evaluate("globalThis[Symbol.for('squeezelab.unwind')]()");
      session.post('Runtime.terminateExecution');
      post({ op: 'interrupt', cell: id, forced: true }); // the one before may have been stopped, too
    }
  } finally {
    interrupting = undefined;
    session.disconnect();
  }
}

/** The kernel ends: by itself, or, if a cell keeps it from hearing, by force. */
async function shutdown(): Promise<void> {
  post({ op: 'shutdown' });
  await sleep(1500);
  process.kill(process.pid, 'SIGKILL');
}

// --- what comes from the cells

const news = new News((type, content, cell) => wire.publish(type, content, parents.get(cell)?.header));

cells.on('message', (message: FromCells) => {
  switch (message.op) {
    case 'stream':
      return news.print(message.cell, message.name, message.text);
    case 'publish':
      if (message.type === 'update_display_data') return news.update(message);
      news.flush();
      if (message.type === 'execute_result' && executing?.stores) history.result(message.content as Result);
      return wire.publish(message.type, message.content, parents.get(message.cell)?.header);
    case 'input':
      news.flush();
      return askInput(message.cell, message.prompt, message.password);
    case 'heard':
      return message.cell === interrupting ? heard?.() : undefined;
    case 'done':
      if (executing?.id === message.cell) executing.done(message);
      return;
    case 'flush':
      news.flush();
      void wire.close().then(() => {
        Atomics.add(memory, signals.flushed, 1);
        Atomics.notify(memory, signals.flushed);
      });
  }
});

// --- input

/** The question that waits for an answer, by its id. */
let asked: string | undefined;

function askInput(cell: number, prompt: string, password: boolean): void {
  const request = parents.get(cell);
  if (request) asked = wire.reply('stdin', request, 'input_request', { prompt, password });
}

function answerInput(answer: Answer): void {
  asked = undefined;
  answers.postMessage(answer);
  Atomics.add(memory, signals.answered, 1);
  Atomics.notify(memory, signals.answered);
}

function receiveInput({ header, parent, content }: Request): void {
  const answersIt = asked && header.msg_type === 'input_reply' && [undefined, asked].includes(parent.msg_id);
  if (answersIt) answerInput({ text: text(content, 'value') });
}

endWithParent();
void wire.open(receive);
