import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kernel, type CellMessage } from '../../src/lab/kernelClient';
import { projectRoot } from '../../src/system';

const stockCommand = [process.execPath, join(projectRoot, 'node_modules/tslab/bin/tslab'), 'kernel', '--config-path', '{connection_file}'];

/** What came back from one cell. */
interface Seen {
  /** 'hangs' when the kernel never says that it is idle again. */
  status: string;
  messages: CellMessage[];
}

interface Probe {
  fault: string;
  /** Sent one after the other; `burst` sends them all at once. */
  cells: string[];
  burst?: true;
  stopOnError?: boolean;
  /** What is looked at: by default the last cell's status and what it printed. */
  look?: (seen: Seen[]) => unknown;
  stock: unknown;
  ours: unknown;
}

const printed = ({ messages }: Seen) => messages.map((message) => (message.type === 'stream' ? message.content.text : '')).join('');
const types = ({ messages }: Seen) => messages.map((message) => message.type);
const last = (seen: Seen[]) => seen[seen.length - 1];
const error = ({ messages }: Seen) => {
  const [content] = messages.flatMap((message) => (message.type === 'error' ? [message.content] : []));
  return content ? [content.ename, content.evalue, ...content.traceback] : null;
};
const status = (seen: Seen[]) => seen.map((cell) => cell.status);
const statusAndText = (seen: Seen[]) => `${last(seen).status} ${printed(last(seen))}`.trim().split('\n')[0];
const statusAndError = (seen: Seen[]) => [last(seen).status, error(last(seen))?.[1] ?? null];

const probes: Probe[] = [
  {
    fault: '{ x } with x of an earlier cell',
    cells: ['const x = 5;', 'const made = { x }; made.x'],
    look: (seen) => [last(seen).status, printed(last(seen)).includes('x is not defined')],
    stock: ['error', true],
    ours: ['ok', false],
  },
  {
    fault: 'const { a: b } of an earlier value',
    cells: ['const pair = { a: 1 };', 'const { a: renamed } = pair; renamed'],
    look: (seen) => last(seen).status,
    stock: 'error',
    ours: 'ok',
  },
  { fault: 'await ( ... )', cells: ['await (Promise.resolve(3))'], look: (seen) => last(seen).status, stock: 'error', ours: 'ok' },
  { fault: 'await [ ... ][0]', cells: ['await [Promise.resolve(3)][0]'], look: (seen) => last(seen).status, stock: 'error', ours: 'ok' },
  {
    fault: 'for await at the top level',
    cells: ['let total = 0; for await (const k of [Promise.resolve(1), 2]) { total += k; }', 'total'],
    look: (seen) => [status(seen), printed(last(seen))],
    stock: [['error', 'abort'], ''],
    ours: [['ok', 'ok'], '3\n'],
  },
  {
    fault: 'an assignment is shown as a result',
    cells: ['let step = 0;', 'step = 7'],
    look: statusAndText,
    stock: 'ok 7',
    ours: 'ok',
  },
  {
    fault: 'types are not strict',
    cells: ['const text: string = null as string | null;'],
    look: statusAndError,
    stock: ['ok', null],
    ours: ['error', "Type 'string | null' is not assignable to type 'string'."],
  },
  {
    fault: 'the library in TypeScript cannot be imported',
    cells: ["import * as lab from 'squeezelab'; lab.key(3)"],
    look: (seen) => [last(seen).status, printed(last(seen)).includes('[ 0, 3 ]')],
    stock: ['error', false],
    ours: ['ok', true],
  },
  {
    fault: 'no execute_input before the outputs',
    cells: ["console.log('out')"],
    look: (seen) => types(last(seen)),
    stock: ['stream'],
    ours: ['execute_input', 'stream'],
  },
  {
    fault: 'no error message with the line of the cell',
    cells: ['interface Unused { a: number }\n\nconst fail = (why: string) => {\n  throw new RangeError(why);\n};', "// call\nfail('too far');"],
    look: (seen) => error(last(seen)),
    stock: null,
    ours: [
      'RangeError',
      'too far',
      'Cell In[N], line 4',
      '----> 4   throw new RangeError(why);',
      '',
      'RangeError: too far',
      '    at fail (Cell In[N], line 4)',
      '    at Cell In[N], line 2',
    ],
  },
  {
    fault: 'no error message for what does not compile',
    cells: ['const fine: number = 1;\nconst length: number =\n  fine.length;'],
    look: (seen) => error(last(seen)),
    stock: null,
    ours: [
      'CompileError',
      "Property 'length' does not exist on type 'number'.",
      'Cell In[N], line 3',
      '----> 3   fine.length;',
      '',
      "Property 'length' does not exist on type 'number'.",
    ],
  },
  {
    fault: 'a cell sent after an error is aborted, for 200 ms',
    cells: ["throw new Error('once')", '1 + 1'],
    look: status,
    stock: ['error', 'abort'],
    ours: ['error', 'ok'],
  },
  {
    fault: "cells that wait behind an error: 'abort' is no status of the protocol",
    cells: ["await null; throw new Error('first')", '1 + 1', '2 + 2'],
    burst: true,
    look: status,
    stock: ['error', 'abort', 'abort'],
    ours: ['error', 'aborted', 'aborted'],
  },
  {
    fault: 'stop_on_error: false is not heard',
    cells: ["await null; throw new Error('first')", '1 + 1', '2 + 2'],
    burst: true,
    stopOnError: false,
    look: status,
    stock: ['error', 'abort', 'abort'],
    ours: ['error', 'ok', 'ok'],
  },
  {
    fault: 'a rich last value is printed, not shown',
    cells: ["const rich = { [Symbol.for('Jupyter.display')]: async () => ({ 'text/html': '<b>2</b>', 'text/plain': '2' }) };", 'rich'],
    look: (seen) => last(seen).messages.flatMap((message) => (message.type === 'display_data' ? [message.content.data] : [])),
    stock: [],
    ours: [{ 'text/html': '<b>2</b>', 'text/plain': '2' }],
  },
  {
    fault: 'a rejection that nobody handles does not fail the cell',
    cells: ["void Promise.reject(new Error('lost'));"],
    look: statusAndError,
    stock: ['ok', null],
    ours: ['error', 'lost'],
  },
  {
    fault: 'an exception in a timer does not fail the cell that waits',
    cells: ["setTimeout(() => { throw new Error('late'); }, 5); await new Promise((resolve) => setTimeout(resolve, 50));"],
    look: statusAndError,
    stock: ['ok', null],
    ours: ['error', 'late'],
  },
  {
    fault: 'output beyond 512 messages is lost, and the idle status with it',
    cells: ["for (let k = 0; k < 20_000; k++) console.log('line ' + k);"],
    look: ([cell]) => [cell.status, printed(cell).split('\n').length > 20_000, printed(cell).includes('line 19999\n')],
    stock: ['hangs', false, false],
    ours: ['ok', true, true],
  },
];

/** Runs the probes on one kernel; the numbers of cells in tracebacks become N. */
async function run(kernel: Kernel, { cells, burst, stopOnError }: Probe, patience: number): Promise<Seen[]> {
  const execute = async (code: string): Promise<Seen> => {
    const messages: CellMessage[] = [];
    const reply = kernel.execute(code, (message) => messages.push(message), { stopOnError });
    const late = sleep(patience, { status: 'hangs' }, { ref: false });
    return { messages, status: (await Promise.race([reply, late])).status };
  };
  if (burst) return Promise.all(cells.map(execute));
  const seen: Seen[] = [];
  for (const code of cells) seen.push(await execute(code));
  return seen;
}

const anonymous = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replace(/In\[\d+\]/g, 'In[N]'));

describe('the kernel cures the faults of tslab 1.0.22', () => {
  for (const [name, command] of [
    ['stock', stockCommand],
    ['ours', undefined],
  ] as const) {
    describe(name, () => {
      let kernel: Kernel;
      before(async () => (kernel = await Kernel.start(join(projectRoot, 'notebooks'), process.env, command)));
      after(() => kernel.stop());
      if (name === 'stock') afterEach(() => sleep(250)); // it aborts what comes within 200 ms after an error
      for (const probe of probes) {
        it(probe.fault, async () => {
          const seen = await run(kernel, probe, JSON.stringify(probe[name]).includes('hangs') ? 3000 : 30_000);
          assert.deepEqual(anonymous((probe.look ?? statusAndText)(seen)), probe[name]);
        });
      }
    });
  }
});
