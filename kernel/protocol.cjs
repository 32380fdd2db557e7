/**
 * execute_request as Jupyter defines it: `execute_input` first, `error` with name, message and traceback, `stop_on_error`,
 * status 'aborted', a rich last value, and failures in the background.
 */
'use strict';
const { setTimeout } = require('node:timers');
const { setTimeout: sleep } = require('node:timers/promises');
const executorModule = require('tslab/dist/executor.js');
const jupyter = require('tslab/dist/jupyter.js');
const { cellfix } = require('./cellfix.cjs');
const { compileError, startCell, thrown } = require('./traceback.cjs');

const DISPLAY = Symbol.for('Jupyter.display');

/** The cell that runs, or the last one: `{ publish, running, value, messages, error, failure, interrupted }`. */
let cell;
let executor;

const { createExecutor } = executorModule;
executorModule.createExecutor = (root, converters) =>
  (executor = createExecutor(root, converters, {
    log: (value) => (cell.value = value),
    error: (...args) => {
      if (args.length > 1) cell.messages.push(args.slice(1));
      else cell.error = { value: args[0] };
    },
  }));

/** What made the cell fail, as an `error` message; undefined if nothing did. */
function failureOf({ failure, interrupted, error, messages }) {
  if (failure) return thrown(failure.value);
  if (interrupted || error?.value?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED') {
    const evalue = 'the cell was interrupted';
    return { ename: 'Interrupted', evalue, traceback: [`Interrupted: ${evalue}`] };
  }
  if (error) return thrown(error.value);
  return messages.length > 0 ? compileError(messages) : undefined;
}

async function showLastValue() {
  if (cell.value === undefined) return;
  if (typeof cell.value[DISPLAY] !== 'function') return console.log(cell.value);
  const data = await cell.value[DISPLAY]();
  cell.publish('display_data', { data, metadata: {}, transient: {} });
}

/** Runs one cell and returns the content of its reply. */
async function run(server, request) {
  const { code, silent } = request.content;
  const { handler } = server;
  const publish = (type, content) => {
    const message = request.createReply();
    message.header.msg_type = type;
    message.content = content;
    message.signAndSend(server.connInfo.key, server.iopub);
  };
  for (const name of ['stdout', 'stderr']) {
    process[name].write = handler.createWriteToIopub(name, (stream, text) => publish('stream', { name: stream, text }));
  }
  jupyter.lastWriteDisplayData = (content, update) => publish(update ? 'update_display_data' : 'display_data', content);

  if (!silent) handler.execCount++;
  const execution_count = handler.execCount;
  if (!silent) publish('execute_input', { code, execution_count });

  cell = { publish, running: true, messages: [] };
  startCell(execution_count, code);
  try {
    await executor.execute(cellfix(code));
    await new Promise(setImmediate); // rejections that nobody handles are reported after the turn
    if (!failureOf(cell)) await showLastValue();
  } catch (error) {
    cell.error = { value: error };
  }
  cell.running = false;
  const failure = failureOf(cell);
  if (!failure) return { status: 'ok', execution_count, payload: [], user_expressions: {} };
  publish('error', failure);
  return { status: 'error', execution_count, ...failure };
}

const waiting = new Set();
let previous = Promise.resolve();

jupyter.ZmqServer.prototype.handleExecute = function (socket, request) {
  const turn = { aborted: false };
  waiting.add(turn);
  previous = previous.then(async () => {
    waiting.delete(turn);
    const content = turn.aborted ? { status: 'aborted' } : await run(this, request);
    if (content.status === 'error' && request.content.stop_on_error !== false) {
      await sleep(20); // what was sent before the error was known arrives, and is aborted; what is sent after runs
      for (const other of waiting) other.aborted = true;
    }
    const reply = request.createReply();
    reply.header.msg_type = 'execute_reply';
    reply.content = content;
    reply.signAndSend(this.connInfo.key, socket);
  });
  return previous;
};

const { close } = jupyter.ZmqServer.prototype;
jupyter.ZmqServer.prototype.close = function () {
  close.call(this);
  setTimeout(() => process.exit(0), 100); // timers of a cell would keep the process alive
};

/**
 * An exception in a timer and a rejection that nobody handles fail the cell that runs; between cells they are shown below
 * the last one. Call it after `startKernel`, whose own handlers it replaces.
 */
function reportBackgroundFailures() {
  const fail = (value) => {
    if (!cell) return process.stderr.write(`${thrown(value).traceback.join('\n')}\n`);
    if (!cell.running) return cell.publish('error', thrown(value));
    cell.failure ??= { value };
    executor.interrupt();
  };
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.removeAllListeners(event);
    process.on(event, fail);
  }
  process.on('SIGINT', () => {
    if (cell?.running) cell.interrupted = true;
  });
}

module.exports = { reportBackgroundFailures };
