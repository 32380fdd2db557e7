import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { kernelCommand } from '../../src/lab/kernelClient';
import { projectRoot } from '../../src/system';
import { Wire, type Answer, type Channel, type Message } from './wire';

/** One question to a kernel. A named fact in `ours` is what must be seen under this name in what `see` returns. */
export interface Probe {
  group: string;
  name: string;
  see: (wire: Wire) => Promise<unknown>;
  ours: unknown;
  /** What tslab 1.0.22 shows, so that we know that the probe can fail. */
  stock?: unknown;
  /** For the whole probe, in milliseconds. */
  patience?: number;
  /** The kernel is gone after it. */
  ends?: true;
}

/** How a kernel is started and where its cells run. */
export interface Subject {
  command: readonly string[];
  folder: string;
}

export const ours: Subject = { command: kernelCommand, folder: join(projectRoot, 'notebooks') };
export const stock: Subject = {
  command: [process.execPath, join(projectRoot, 'node_modules/tslab/bin/tslab'), 'kernel', '--config-path', '{connection_file}'],
  folder: join(projectRoot, 'notebooks'),
};
export const older = (checkout: string): Subject => ({
  command: [process.execPath, join(checkout, 'kernel/kernel.cjs'), '{connection_file}'],
  folder: join(checkout, 'notebooks'),
});

/** Asks the probes of one kernel; starts it anew when a probe has ended, hung or hurt it. */
export class Examiner {
  private wire: Wire | undefined;

  constructor(private readonly subject: Subject) {}

  async ask({ see, ours, patience = 10_000, ends }: Probe, expected: unknown = ours): Promise<unknown> {
    const wire = (this.wire ??= await this.start());
    wire.input = () => undefined;
    const asked = see(wire).catch((error: unknown) => `the probe failed: ${String(error)}`);
    const died = wire.exited.then(() => sleep(ends ? patience : 500, 'the kernel died', { ref: false }));
    const seen = await Promise.race([asked, died, sleep(patience, 'hangs', { ref: false })]);
    if (ends || wire.exit || !isDeepStrictEqual(seen, expected)) await this.stop();
    return seen;
  }

  /** The first cell waits for the compiler: it is none of the probes' time. */
  private async start(): Promise<Wire> {
    const wire = await Wire.start(this.subject.command, this.subject.folder);
    await wire.cell('0', {}, 60_000);
    return wire;
  }

  async stop(): Promise<void> {
    await this.wire?.kill();
    this.wire = undefined;
  }
}

/** In few words: what of the seen facts is not as it must be. */
export function difference(seen: unknown, expected: unknown): string {
  const facts = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
  const short = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));
  if (!facts(seen) || !facts(expected)) return short(seen);
  const wrong = Object.keys({ ...expected, ...seen }).filter((key) => !isDeepStrictEqual(seen[key], expected[key]));
  return wrong.map((key) => `${key}: ${short(seen[key])}`).join(', ');
}

// What is looked at

/** The last value, wherever it is shown. */
const shown = (answer: Answer): string => (answer.of('execute_result')[0]?.data?.['text/plain'] ?? answer.text('stdout')).trim();
const statusAndValue = (answer: Answer) => `${answer.status} ${shown(answer)}`.trim();
// eslint-disable-next-line no-control-regex
const plain = (text: string) => text.replace(/\x1b\[[\d;]*m/g, '');
const failure = (answer: Answer) => {
  const [content = {}] = answer.of('error');
  return { ename: content.ename ?? '', evalue: plain(content.evalue ?? ''), traceback: plain((content.traceback ?? []).join('\n')) };
};
const count = (answer: Answer) => answer.reply.execution_count ?? answer.of('execute_input')[0]?.execution_count ?? NaN;
const points = (text: string) => Array.from(text).length;
/** The code as it is after each completion that is offered. */
const completed = (code: string, { reply }: Answer): string[] => {
  const [letters, matches] = [Array.from(code), (reply.matches ?? []) as string[]];
  const [start, end] = [reply.cursor_start as number, reply.cursor_end as number];
  return matches.map((match) => letters.slice(0, start).join('') + match + letters.slice(end).join(''));
};
const complete = (wire: Wire, code: string, before = code) =>
  wire.ask('shell', 'complete_request', { code, cursor_pos: points(before) }, 20_000);
const inspect = (wire: Wire, code: string, before: string, detail_level = 0) =>
  wire.ask('shell', 'inspect_request', { code, cursor_pos: points(before), detail_level }, 20_000);
const history = (wire: Wire, content: object) => wire.ask('shell', 'history_request', { output: false, raw: true, ...content });
const inputs = (answer: Answer) => ((answer.reply.history ?? []) as unknown[][]).map((line) => line[2]);
const alive = async (wire: Wire) => statusAndValue(await wire.cell("'alive: ' + (40 + 2)")).replaceAll("'", '');
const ALIVE = 'ok alive: 42';

/** Cells one after the other; after the last one is looked. */
const cells =
  (codes: string[], look: (last: Answer, all: Answer[]) => unknown, options: object = {}, patience?: number) =>
  async (wire: Wire): Promise<unknown> => {
    const all: Answer[] = [];
    for (const code of codes) all.push(await wire.cell(code, options, patience));
    return look(all[all.length - 1], all);
  };
const burst =
  (codes: string[], options: object = {}) =>
  async (wire: Wire): Promise<unknown> => {
    const all = await Promise.all(codes.map((code) => wire.cell(code, options)));
    return all.map(({ status }) => status);
  };

// Tier 1

const basics: Omit<Probe, 'group'>[] = [
  { name: 'heartbeat echoes', see: (wire) => wire.heartbeat('beat', 1000), ours: 'beat' },
  {
    name: 'heartbeat echoes within 1 s while a synchronous cell runs',
    see: async (wire) => {
      const cell = wire.cell('{ const end = Date.now() + 2500; while (Date.now() < end); }');
      await sleep(500);
      const beat = await wire.heartbeat('beat 2', 1000);
      await cell;
      return beat;
    },
    ours: 'beat 2',
  },
  ...(['shell', 'control'] as const).map((channel) => ({
    name: `kernel_info on ${channel}`,
    see: async (wire: Wire) => {
      const { replies, reply, status } = await wire.ask(channel, 'kernel_info_request');
      const language = (reply.language_info ?? {}) as Record<string, unknown>;
      const isText = (value: unknown) => typeof value === 'string' && value !== '';
      return {
        status,
        type: replies[0]?.type,
        channel: replies[0]?.channel,
        protocol: /^5\.[34]/.test(String(reply.protocol_version)),
        texts: [reply.implementation, reply.implementation_version, reply.banner, language.version, language.mimetype].every(isText),
        language: language.name,
        extension: language.file_extension,
        highlighting: Boolean(language.pygments_lexer ?? language.codemirror_mode),
      };
    },
    ours: {
      status: 'ok',
      type: 'kernel_info_reply',
      channel,
      protocol: true,
      texts: true,
      language: 'typescript',
      extension: '.ts',
      highlighting: true,
    },
  })),
  {
    name: 'stdout',
    see: cells(["console.log('out'); process.stdout.write('more')"], (cell) => [
      cell.status,
      cell.text('stdout').slice(0, 8),
      cell.text('stderr'),
    ]),
    ours: ['ok', 'out\nmore', ''],
  },
  {
    name: 'stderr',
    see: cells(["console.error('bad')"], (cell) => [cell.status, cell.text('stderr'), cell.text('stdout')]),
    ours: ['ok', 'bad\n', ''],
  },
  {
    name: 'execute_reply has all fields',
    see: cells(['const field = 1;'], ({ reply, replies, status }) => ({
      status,
      type: replies[0]?.type,
      count: typeof reply.execution_count,
      user_expressions: reply.user_expressions,
      payload: reply.payload,
    })),
    ours: { status: 'ok', type: 'execute_reply', count: 'number', user_expressions: {}, payload: [] },
  },
  {
    name: 'an error in execute_reply has ename, evalue, traceback',
    see: cells(["throw new RangeError('far')"], ({ reply, status }) => ({
      status,
      ename: reply.ename,
      evalue: reply.evalue,
      traceback: Array.isArray(reply.traceback),
      count: typeof reply.execution_count,
    })),
    ours: { status: 'error', ename: 'RangeError', evalue: 'far', traceback: true, count: 'number' },
  },
  ...(
    [
      ['shell', 'kernel_info_request', {}],
      ['control', 'kernel_info_request', {}],
      [
        'shell',
        'execute_request',
        { code: "console.log('between')", silent: false, store_history: true, user_expressions: {}, allow_stdin: false },
      ],
      ['shell', 'complete_request', { code: 'con', cursor_pos: 3 }],
      ['shell', 'inspect_request', { code: 'console', cursor_pos: 3, detail_level: 0 }],
      ['shell', 'is_complete_request', { code: '1' }],
      ['shell', 'history_request', { output: false, raw: true, hist_access_type: 'tail', n: 1 }],
      ['shell', 'comm_info_request', {}],
      ['control', 'interrupt_request', {}],
    ] as [Channel, string, object][]
  ).map(([channel, type, content]) => ({
    name: `busy, then idle around ${type} on ${channel}`,
    see: async (wire: Wire) => {
      const answer = await wire.ask(channel, type, content);
      await sleep(50);
      const messages = answer.iopub;
      const states = messages.map((message) => message.content.execution_state ?? '');
      return {
        reply: answer.replies.map((message) => message.type).join(),
        first: states[0],
        last: states[states.length - 1],
        statuses: answer.of('status').length,
        parent: messages.every(({ parent }) => parent.msg_type === type && parent.session === wire.session),
      };
    },
    ours: { reply: type.replace('request', 'reply'), first: 'busy', last: 'idle', statuses: 2, parent: true },
  })),
  ...(
    [
      ['control', false, ''],
      ['control', true, ''],
      ['shell', false, ''],
      ['shell', true, ''],
      ['control', true, 'setInterval(() => {}, 1000);'],
      ['control', true, 'while (true) {}'],
    ] as const
  ).map(([channel, restart, code]) => ({
    name: `shutdown on ${channel}, restart ${restart}${code && `, during ${code}`}`,
    see: async (wire: Wire) => {
      if (code) void wire.execute(code);
      await sleep(code ? 500 : 0);
      const answer = wire.send(channel, 'shutdown_request', { restart });
      await Promise.race([wire.exited, sleep(3000)]);
      await sleep(50);
      const { replies, reply } = answer;
      return { type: replies[0]?.type, status: reply.status, restart: reply.restart, gone: Boolean(wire.exit) };
    },
    ours: { type: 'shutdown_reply', status: 'ok', restart, gone: true },
    ends: true as const,
  })),
];

// Tier 2

const completes = (name: string, code: string, expected: string, earlier?: string, before = code): Omit<Probe, 'group'> => ({
  name: `completes ${name}`,
  see: async (wire) => {
    if (earlier) await wire.cell(earlier, {}, 20_000);
    const answer = await complete(wire, code, before);
    const offers = completed(code, answer);
    return { status: answer.status, offered: offers.includes(expected) || offers.slice(0, 4) };
  },
  ours: { status: 'ok', offered: true },
  patience: 40_000,
});
const isComplete = (code: string, expected: string): Omit<Probe, 'group'> => ({
  name: `is_complete: ${JSON.stringify(code)} is ${expected}`,
  see: async (wire) => {
    const { reply } = await wire.ask('shell', 'is_complete_request', { code });
    return [reply.status, /^ +$/.test(String(reply.indent)) ? 'indent' : (reply.indent ?? '')];
  },
  ours: [expected, /[{[(]$/.test(code) && expected === 'incomplete' ? 'indent' : ''],
});
const adding = '/** Adds two numbers. */\nfunction addUp(first: number, second: number): number { return first + second; }';
const inspects = (name: string, code: string, before: string, words: string[], earlier = adding): Omit<Probe, 'group'> => ({
  name: `inspects ${name}`,
  see: async (wire) => {
    await wire.cell(earlier, {}, 20_000);
    const { reply, status } = await inspect(wire, code, before);
    const text = plain(reply.data?.['text/plain'] ?? '');
    return { status, found: reply.found, metadata: typeof reply.metadata, missing: words.filter((word) => !text.includes(word)) };
  },
  ours: { status: 'ok', found: true, metadata: 'object', missing: [] },
  patience: 40_000,
});

const assistance: Omit<Probe, 'group'>[] = [
  {
    name: 'complete_reply: cursor_start, cursor_end, types',
    see: async (wire) => {
      const { reply, replies, status } = await complete(wire, 'const a = [1]; a.ma');
      const types = (reply.metadata?._jupyter_types_experimental ?? []) as { text?: string; type?: string; start?: number; end?: number }[];
      const map = types.find((entry) => entry.text?.endsWith('map'));
      return {
        status,
        type: replies[0]?.type,
        map: ((reply.matches ?? []) as string[]).includes('map'),
        start: reply.cursor_start,
        end: reply.cursor_end,
        typed: Boolean(map?.type),
      };
    },
    ours: { status: 'ok', type: 'complete_reply', map: true, start: 17, end: 19, typed: true },
  },
  completes('members of an earlier value', 'listed.ma', 'listed.map', 'const listed = [1];'),
  completes('the name of an earlier value', 'rateOfL', 'rateOfLearning', 'const rateOfLearning = 1;'),
  completes(
    'in the middle of lines',
    'const b = [1];\nb.ma\nb.length',
    'const b = [1];\nb.map\nb.length',
    undefined,
    'const b = [1];\nb.ma',
  ),
  completes('what a call returns', "'a,b'.split(',').joi", "'a,b'.split(',').join"),
  completes('what is awaited', '(await Promise.resolve([1])).ma', '(await Promise.resolve([1])).map'),
  completes('after a dot', "'text'.", "'text'.trim"),
  completes("a package's names", "import { readFi } from 'node:fs'", "import { readFile } from 'node:fs'", undefined, 'import { readFi'),
  completes("the library's names", "import { pr } from 'squeezelab'", "import { prune } from 'squeezelab'", undefined, 'import { pr'),
  completes("a namespace's names", 'lab.pru', 'lab.prune', "import * as lab from 'squeezelab';"),
  completes("a module's name", "import { readFile } from 'node:f", "import { readFile } from 'node:fs"),
  completes("the library's room", "import { prune } from 'squeezel", "import { prune } from 'squeezelab"),
  completes(
    'after unicode, by code points',
    "const grün = '😀😀'; const pair = [grün]; pair.ma",
    "const grün = '😀😀'; const pair = [grün]; pair.map",
  ),
  completes('unicode in earlier cells', "'😀' + wärme.toF", "'😀' + wärme.toFixed", 'const wärme = 1;'),
  completes(
    'keys of an object',
    'const some: { alpha: number; beta: number } = { al',
    'const some: { alpha: number; beta: number } = { alpha',
  ),
  completes('texts of a union', "const way: 'left' | 'right' = 'le", "const way: 'left' | 'right' = 'left"),
  completes('in an open block', 'if (true) { const q = [1]; q.ma', 'if (true) { const q = [1]; q.map'),
  completes('after broken code', 'const broken = ;\n[1].ma', 'const broken = ;\n[1].map'),
  completes('keywords', 'functio', 'function'),
  {
    name: 'completes nothing where nothing is',
    see: async (wire) => {
      const { reply, status } = await complete(wire, 'zzqqxx');
      return [status, reply.matches];
    },
    ours: ['ok', []],
  },
  inspects('a function of an earlier cell: signature and doc', 'addUp(1, 2)', 'addU', [
    'addUp(first: number, second: number): number',
    'Adds two numbers.',
  ]),
  inspects('the function whose arguments are typed', 'addUp(', 'addUp(', ['addUp(first: number, second: number): number']),
  inspects('with the cursor behind the name', 'addUp', 'addUp', ['addUp(first: number, second: number): number']),
  inspects('the type of a value', 'measured', 'mea', ['measured', 'number[]'], 'const measured = [1, 2];'),
  inspects('a name of the same cell, after unicode', "const ü = '😀'; const wide = [1]; wide", "const ü = '😀'; const wide = [1]; wi", [
    'number[]',
  ]),
  inspects("a library's function", 'lab.prune', 'lab.pru', ['prune'], "import * as lab from 'squeezelab';"),
  {
    name: 'inspects nothing: found is false',
    see: async (wire) => {
      const answers = [await inspect(wire, '1 +  + 2', '1 + '), await inspect(wire, 'nothingKnown', 'noth'), await inspect(wire, '', '')];
      return answers.map(({ status, reply }) => `${status} ${String(reply.found)}`);
    },
    ours: ['ok false', 'ok false', 'ok false'],
  },
  {
    name: 'inspects with detail_level 1',
    see: async (wire) => {
      await wire.cell(adding);
      const texts = [await inspect(wire, 'addUp', 'add', 0), await inspect(wire, 'addUp', 'add', 1)].map(
        ({ reply }) => reply.data?.['text/plain'] ?? '',
      );
      return texts[0] !== '' && texts[1].length >= texts[0].length;
    },
    ours: true,
  },
  ...[
    '',
    '1 + 1',
    'const x = 1',
    'if (true) { }',
    'await Promise.resolve(1)',
    'for await (const k of [1]) console.log(k)',
    '// a comment',
    "console.log('a')\n",
    'unknownName.field',
  ].map((code) => isComplete(code, 'complete')),
  ...[
    'if (x) {',
    'function f() {',
    'class A {',
    'const t = `open',
    'const r = await',
    '@decorator',
    '/* open',
    'call(',
    'const l = [',
    '1 +',
    'x =>',
    'for (;;)',
  ].map((code) => isComplete(code, 'incomplete')),
  ...['const x = ]', 'let 1a = 3;', "'open text", '}', 'if (x) { ] }'].map((code) => isComplete(code, 'invalid')),
  {
    name: 'history: tail, range, search, unique, output',
    see: async (wire) => {
      const mark = `h${randomUUID().slice(0, 6)}`;
      const one = await wire.cell(`const ${mark} = 41;`);
      await wire.cell(`${mark} + 1`);
      await wire.cell(`${mark} + 1`);
      await wire.cell(`${mark} + 3`, { store_history: false });
      const tail = await history(wire, { hist_access_type: 'tail', n: 2 });
      const [line] = (tail.reply.history ?? []) as unknown[][];
      const start = one.reply.execution_count ?? 0;
      const range = await history(wire, { hist_access_type: 'range', session: 0, start, stop: start + 2 });
      const search = await history(wire, { hist_access_type: 'search', n: 10, pattern: `*${mark}*` });
      const unique = await history(wire, { hist_access_type: 'search', n: 10, pattern: `*${mark} + ?`, unique: true });
      const output = await history(wire, { hist_access_type: 'tail', n: 1, output: true });
      const [[, , pair] = []] = (output.reply.history ?? []) as unknown[][];
      const name = (text: unknown) => String(text).replaceAll(mark, 'x');
      return {
        status: tail.status,
        tail: inputs(tail).map(name),
        line: line ? [typeof line[0], Number(line[1]) - start] : [],
        range: inputs(range).map(name),
        search: inputs(search).map(name),
        unique: inputs(unique).map(name),
        output: Array.isArray(pair) ? pair.map(name) : [],
      };
    },
    ours: {
      status: 'ok',
      tail: ['x + 1', 'x + 1'],
      line: ['number', 1],
      range: ['const x = 41;', 'x + 1'],
      search: ['const x = 41;', 'x + 1', 'x + 1'],
      unique: ['x + 1'],
      output: ['x + 1', '42'],
    },
  },
  {
    name: 'comm_info_request',
    see: async (wire) => {
      const { replies, reply, status } = await wire.ask('shell', 'comm_info_request', {});
      return [status, replies[0]?.type, reply.comms];
    },
    ours: ['ok', 'comm_info_reply', {}],
  },
  {
    name: 'comm_open to an unknown target is closed',
    see: async (wire) => {
      const comm_id = randomUUID();
      const answer = await wire.ask('shell', 'comm_open', { comm_id, target_name: 'nobody', data: {} }, 2000);
      const info = await wire.ask('shell', 'comm_info_request', {});
      return {
        idle: answer.idle,
        closed: answer.of('comm_close').map((content) => content.comm_id === comm_id),
        comms: info.reply.comms,
        then: await alive(wire),
      };
    },
    ours: { idle: true, closed: [true], comms: {}, then: ALIVE },
  },
  ...['comm_msg', 'comm_close'].map((type) => ({
    name: `${type} to an unknown comm does no harm`,
    see: async (wire: Wire) => {
      const answer = await wire.ask('shell', type, { comm_id: randomUUID(), data: {} }, 2000);
      return { idle: answer.idle, replies: answer.replies.length, then: await alive(wire) };
    },
    ours: { idle: true, replies: 0, then: ALIVE },
  })),
  ...(['shell', 'control'] as const).map((channel) => ({
    name: `an unknown message on ${channel}: idle, no false reply`,
    see: async (wire: Wire) => {
      const answer = wire.send(channel, 'nonsense_request', { a: 1 });
      await wire.until(() => answer.idle, 2000);
      await sleep(100);
      return {
        idle: answer.idle,
        lies: answer.replies.some(({ content }) => content.status !== 'error'),
        printed: answer.text(),
        then: await alive(wire),
      };
    },
    ours: { idle: true, lies: false, printed: '', then: ALIVE },
  })),
  {
    name: 'debug_request is refused',
    see: async (wire) => {
      const { replies, reply, idle } = await wire.ask(
        'control',
        'debug_request',
        { type: 'request', seq: 1, command: 'initialize', arguments: {} },
        2000,
      );
      return { type: replies[0]?.type, refused: reply.success === false || reply.status === 'error', idle, then: await alive(wire) };
    },
    ours: { type: 'debug_reply', refused: true, idle: true, then: ALIVE },
  },
];

// Tier 3

const bold = "({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/html': '<b>2</b>', 'text/plain': '2' }) })";
const tag = (name: string, mime: string, text: string): Omit<Probe, 'group'> => ({
  name: `${name}\`...\` as the last value`,
  see: cells([`${name}\`${text}\``], (cell) => {
    const [content = {}] = cell.of('execute_result');
    return { status: cell.status, text: content.data?.[mime], plain: typeof content.data?.['text/plain'] };
  }),
  ours: { status: 'ok', text, plain: 'string' },
});

const display: Omit<Probe, 'group'>[] = [
  {
    name: 'execute_result of a number',
    see: cells(['6 * 7'], (cell) => {
      const [content = {}] = cell.of('execute_result');
      return {
        types: cell.types,
        data: content.data,
        metadata: content.metadata,
        count: content.execution_count === cell.reply.execution_count,
      };
    }),
    ours: { types: ['execute_input', 'execute_result'], data: { 'text/plain': '42' }, metadata: {}, count: true },
  },
  {
    name: 'a rich last value is shown, not printed',
    see: cells([`const rich = ${bold};`, 'rich'], (cell) =>
      [...cell.of('execute_result'), ...cell.of('display_data')].map(({ data }) => data),
    ),
    ours: [{ 'text/html': '<b>2</b>', 'text/plain': '2' }],
    stock: [],
  },
  {
    name: 'rich execute_result has count and metadata',
    see: cells([bold], (cell) => {
      const [content = {}] = cell.of('execute_result');
      return { data: content.data, metadata: content.metadata, count: content.execution_count === cell.reply.execution_count };
    }),
    ours: { data: { 'text/html': '<b>2</b>', 'text/plain': '2' }, metadata: {}, count: true },
  },
  {
    name: 'no result of a declaration',
    see: cells(['const quiet = 1;'], (cell) => [cell.status, ...cell.types]),
    ours: ['ok', 'execute_input'],
  },
  { name: 'no result of undefined', see: cells(['void 0'], (cell) => [cell.status, ...cell.types]), ours: ['ok', 'execute_input'] },
  {
    name: 'display(value) is display_data',
    see: cells([`display(${bold});`], (cell) => {
      const [content = {}] = cell.of('display_data');
      return { status: cell.status, types: cell.types, data: content.data, metadata: content.metadata };
    }),
    ours: { status: 'ok', types: ['execute_input', 'display_data'], data: { 'text/html': '<b>2</b>', 'text/plain': '2' }, metadata: {} },
  },
  tag('html', 'text/html', '<b>bold</b>'),
  tag('md', 'text/markdown', '**bold**'),
  tag('svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
  {
    name: 'a display is updated under its id',
    see: cells(["const handle = display('a');", "handle.update('b');"], (second, [first]) => {
      const [made = {}] = first.of('display_data');
      const [update = {}] = second.of('update_display_data');
      const id = made.transient?.display_id;
      return {
        status: [first.status, second.status],
        same: Boolean(id) && update.transient?.display_id === id,
        texts: [made, update].map(({ data }) => String(data?.['text/plain']).replaceAll("'", '')),
      };
    }),
    ours: { status: ['ok', 'ok'], same: true, texts: ['a', 'b'] },
  },
  {
    name: 'clear_output',
    see: cells(['clear(true); clear(false); clear();'], (cell) => [cell.status, ...cell.of('clear_output').map(({ wait }) => wait)]),
    ours: ['ok', true, false, false],
  },
  {
    name: "a value's display method that never settles",
    see: async (wire) => {
      const cell = await wire.cell("({ [Symbol.for('Jupyter.display')]: () => new Promise(() => {}) })", {}, 5000);
      return { ends: /^(ok|error)$/.test(cell.status), then: await alive(wire) };
    },
    ours: { ends: true, then: ALIVE },
  },
  {
    name: "a value's display method that throws",
    see: async (wire) => {
      const cell = await wire.cell("({ [Symbol.for('Jupyter.display')]: () => { throw new Error('no picture'); } })");
      return { ends: /^(ok|error)$/.test(cell.status), said: JSON.stringify(cell.iopub).includes('no picture'), then: await alive(wire) };
    },
    ours: { ends: true, said: true, then: ALIVE },
  },
  {
    name: 'a tensor as the last value: shape, type, values, no leak',
    see: async (wire) => {
      await wire.cell(
        "import * as tf from '@tensorflow/tfjs';\nconst tensor = tf.tensor2d([[1.5, 2.5, 3.5]]); tf.memory().numTensors",
        {},
        20_000,
      );
      const cell = await wire.cell('tensor');
      const text = shown(cell);
      const count = await wire.cell('tf.memory().numTensors');
      return {
        status: cell.status,
        shape: /1\s*[,x×]\s*3/.test(text),
        type: text.includes('float32'),
        value: text.includes('2.5'),
        tensors: shown(count),
      };
    },
    ours: { status: 'ok', shape: true, type: true, value: true, tensors: '1' },
    patience: 30_000,
  },
];

// Tier 4

const withInput = (code: string, answers: string[], look: (cell: Answer, asked: Message[]) => unknown) => async (wire: Wire) => {
  const from = wire.log.length;
  wire.input = () => answers.shift();
  const cell = await wire.cell(code, { allow_stdin: true });
  return look(
    cell,
    wire.log.slice(from).filter(({ channel }) => channel === 'stdin'),
  );
};
const asking =
  "import { createInterface } from 'node:readline/promises';\n" +
  'const io = createInterface({ input: process.stdin, output: process.stdout });\n';
const noInput = (name: string, code: string): Omit<Probe, 'group'> => ({
  name: `${name} without stdin is an error`,
  see: async (wire) => {
    const cell = await wire.cell(code, { allow_stdin: false }, 3000);
    const { ename, evalue } = failure(cell);
    return { status: cell.status, said: /stdin|input/i.test(ename + evalue) || `${ename} ${evalue}`, then: await alive(wire) };
  },
  ours: { status: 'error', said: true, then: ALIVE },
});

const stdin: Omit<Probe, 'group'>[] = [
  {
    name: 'prompt(...) asks and gets the reply',
    see: withInput("const who = prompt('name? ');\nconsole.log('hello ' + who);", ['Ada'], (cell, asked) => ({
      status: cell.status,
      text: cell.text('stdout'),
      asked: asked.map(({ type, content }) => [type, content.prompt, content.password]),
      parent: asked.every(({ parent }) => parent.msg_id === cell.id),
    })),
    ours: { status: 'ok', text: 'hello Ada\n', asked: [['input_request', 'name? ', false]], parent: true },
  },
  {
    name: 'prompt(...): an empty answer, unicode, twice',
    see: withInput("const [e, u] = [prompt('1'), prompt('2')];\nconsole.log(JSON.stringify([e, u]));", ['', 'größe 😀'], (cell) => [
      cell.status,
      cell.text('stdout'),
    ]),
    ours: ['ok', '["","größe 😀"]\n'],
  },
  {
    name: 'prompt(..., { password: true })',
    see: withInput("console.log(prompt('key? ', { password: true }).length);", ['abc'], (cell, asked) => [
      cell.status,
      cell.text('stdout'),
      ...asked.map(({ content }) => content.password),
    ]),
    ours: ['ok', '3\n', true],
  },
  ...[
    ['y', 'true'],
    ['n', 'false'],
  ].map(([answer, value]) => ({
    name: `confirm('sure?'), answer ${answer}`,
    see: withInput("const sure = confirm('sure?');\nconsole.log(sure);", [answer], (cell, asked) => [
      cell.status,
      cell.text('stdout'),
      asked.length,
    ]),
    ours: ['ok', `${value}\n`, 1],
  })),
  {
    name: 'readline/promises: question',
    see: withInput(`${asking}const age = await io.question('age? ');\nio.close();\nconsole.log('age ' + age);`, ['36'], (cell, asked) => ({
      status: cell.status,
      said: cell.text('stdout').includes('age 36\n'),
      asked: asked.length,
    })),
    ours: { status: 'ok', said: true, asked: 1 },
  },
  noInput('prompt(...)', "prompt('name? ')"),
  noInput('confirm(...)', "confirm('sure?')"),
  noInput('a readline question', `${asking}await io.question('age? ')`),
  ...[
    ['prompt', "prompt('never answered ')"],
    ['a readline question', `${asking}await io.question('never answered ')`],
  ].map(([name, code]) => ({
    name: `interrupt during ${name}`,
    see: async (wire: Wire) => {
      const cell = wire.execute(code, { allow_stdin: true }, 4000);
      await sleep(500);
      await wire.ask('control', 'interrupt_request', {}, 1000);
      await cell.done;
      return { status: cell.status, name: /interrupt/i.test(failure(cell).ename) || failure(cell).ename, then: await alive(wire) };
    },
    ours: { status: 'error', name: true, then: ALIVE },
  })),
];

const interrupted = (name: string, code: string, way: 'message' | 'signal', first?: string): Omit<Probe, 'group'> => ({
  name: `${way}: ${name}`,
  see: async (wire) => {
    if (first) await wire.cell(first);
    const cell = wire.execute(code, {}, 4500);
    await sleep(500);
    const start = Date.now();
    const request = way === 'signal' ? wire.signal('SIGINT') : wire.send('control', 'interrupt_request', {}, 3500);
    await cell.done;
    const quick = Date.now() - start < 3000;
    await request?.done;
    const replied = request ? { reply: `${request.replies[0]?.type} ${request.status}` } : {};
    return {
      ...replied,
      status: cell.status,
      name: /interrupt/i.test(failure(cell).ename) || failure(cell).ename,
      quick,
      then: await alive(wire),
    };
  },
  ours: { ...(way === 'message' ? { reply: 'interrupt_reply ok' } : {}), status: 'error', name: true, quick: true, then: ALIVE },
  patience: 14_000,
});
const nap = 'await new Promise((resolve) => setTimeout(resolve, 5));';

const interrupts: Omit<Probe, 'group'>[] = [
  interrupted('a synchronous loop', 'while (true) {}', 'message'),
  interrupted('a synchronous loop after an await', 'await null; while (true) {}', 'message'),
  interrupted('a synchronous loop after a timer', `${nap} while (true) {}`, 'message'),
  interrupted('an await that never settles', 'await new Promise(() => {});', 'message'),
  interrupted('a loop over resolved promises', 'for (;;) await null;', 'message'),
  interrupted('a loop over timers', `for (;;) { ${nap} }`, 'message'),
  interrupted(
    'a loop in a timer',
    'setTimeout(() => { while (true) {} }, 10);\nawait new Promise((resolve) => setTimeout(resolve, 20_000));',
    'message',
  ),
  interrupted('a loop in a promise', 'void Promise.resolve().then(() => { while (true) {} });\nawait new Promise(() => {});', 'message'),
  interrupted('catch around the loop', 'try { while (true) {} } catch { console.log(1); } finally { console.log(2); }', 'message'),
  interrupted('a listener for SIGINT, waiting', 'await new Promise(() => {});', 'message', "process.on('SIGINT', () => {});"),
  interrupted('a listener for SIGINT, looping', 'await null; while (true) {}', 'message', "process.on('SIGINT', () => {});"),
  interrupted('a synchronous loop', 'while (true) {}', 'signal'),
  interrupted('an await that never settles', 'await new Promise(() => {});', 'signal'),
  interrupted('a loop over timers', `for (;;) { ${nap} }`, 'signal'),
  {
    name: 'messages and signals, one after the other',
    see: async (wire) => {
      const [loop, wait] = ['while (true) {}', 'await new Promise(() => {});'];
      const states: string[] = [];
      for (const [code, signal] of [
        [loop, true],
        [wait, true],
        [loop, false],
        [wait, true],
        [loop, true],
      ] as const) {
        const cell = wire.execute(code, {}, 3000);
        await sleep(400);
        if (signal) wire.signal('SIGINT');
        else void wire.ask('control', 'interrupt_request');
        await cell.done;
        states.push(cell.status);
      }
      return [...states, await alive(wire)];
    },
    ours: ['error', 'error', 'error', 'error', 'error', ALIVE],
    patience: 20_000,
  },
  {
    name: 'what an interrupted cell declared is kept',
    see: async (wire) => {
      const cell = wire.execute(`let half = 0;\nfor (;;) { half++; ${nap} }`);
      await sleep(500);
      void wire.ask('control', 'interrupt_request');
      await cell.done;
      return [cell.status, statusAndValue(await wire.cell('half > 0'))];
    },
    ours: ['error', 'ok true'],
  },
  {
    name: 'an interrupted loop prints nothing later',
    see: async (wire) => {
      const cell = wire.execute(`for (;;) { console.log('tick'); ${nap} }`);
      await sleep(500);
      void wire.ask('control', 'interrupt_request');
      await cell.done;
      const [before, from] = [cell.text(), wire.log.length];
      await wire.cell('await new Promise((resolve) => setTimeout(resolve, 400));');
      const later = wire.log.slice(from).filter(({ type }) => type === 'stream');
      return { status: cell.status, ticked: before.includes('tick'), later: later.length };
    },
    ours: { status: 'error', ticked: true, later: 0 },
  },
  {
    name: 'an interrupt of an idle kernel does nothing',
    see: async (wire) => {
      const { status } = await wire.ask('control', 'interrupt_request', {}, 2000);
      return [status, await alive(wire)];
    },
    ours: ['ok', ALIVE],
  },
  {
    name: 'an interrupt aborts what is queued',
    see: async (wire) => {
      const first = wire.execute('while (true) {}', {}, 4000);
      const second = wire.execute('1 + 1', {}, 4000);
      await sleep(500);
      void wire.ask('control', 'interrupt_request');
      await Promise.all([first.done, second.done]);
      return [first.status, second.status, await alive(wire)];
    },
    ours: ['error', 'aborted', ALIVE],
  },
];

const execution: Omit<Probe, 'group'>[] = [
  {
    name: 'execution_count: up by one; not with silent, not without store_history',
    see: async (wire) => {
      const start = (await wire.cell('1')).reply.execution_count ?? NaN;
      const next = await wire.cell('2');
      const input = next.of('execute_input')[0]?.execution_count;
      await wire.cell('3', { silent: true, store_history: false });
      await wire.cell('4', { store_history: false });
      await wire.cell("throw new Error('counts')");
      const last = (await wire.cell('5')).reply.execution_count ?? NaN;
      return { next: (next.reply.execution_count ?? NaN) - start, input: (input ?? NaN) - start, last: last - start };
    },
    ours: { next: 1, input: 1, last: 3 },
  },
  {
    name: 'silent: no execute_input, no execute_result, its effect stays',
    see: async (wire) => {
      const cell = await wire.cell('let silently = 5; silently', { silent: true });
      return [cell.status, cell.types.filter((type) => type.startsWith('execute_')), statusAndValue(await wire.cell('silently'))];
    },
    ours: ['ok', [], 'ok 5'],
  },
  {
    name: 'execute_input comes before the outputs',
    see: cells(["console.log('out')"], (cell) => cell.types),
    ours: ['execute_input', 'stream'],
    stock: ['stream'],
  },
  {
    name: 'headers and parents of all messages',
    see: async (wire) => {
      const from = wire.log.length;
      const cell = await wire.cell(`console.log(1); console.error(2);\n'last'`);
      const messages = wire.log.slice(from);
      const texts = (header: Partial<Message['header']>) =>
        [header.msg_id, header.session, header.username, header.version].every((text) => typeof text === 'string');
      return {
        parent: messages.every(
          ({ parent }) => parent.msg_id === cell.id && parent.session === wire.session && parent.msg_type === 'execute_request',
        ),
        header: messages.every(({ header }) => texts(header) && !Number.isNaN(Date.parse(header.date))),
        unique: new Set(messages.map(({ header }) => header.msg_id)).size === messages.length,
        session: new Set(messages.map(({ header }) => header.session)).size,
      };
    },
    ours: { parent: true, header: true, unique: true, session: 1 },
  },
  {
    name: 'a cell sent after an error runs',
    see: cells(["throw new Error('once')", '1 + 1'], (_, all) => all.map(({ status }) => status)),
    ours: ['error', 'ok'],
    stock: ['error', 'abort'],
  },
  {
    name: 'stop_on_error: cells that wait behind an error are aborted',
    see: burst(["await null; throw new Error('first')", '1 + 1', '2 + 2']),
    ours: ['error', 'aborted', 'aborted'],
    stock: ['error', 'abort', 'abort'],
  },
  {
    name: 'stop_on_error: false runs them',
    see: burst(["await null; throw new Error('first')", '1 + 1', '2 + 2'], { stop_on_error: false }),
    ours: ['error', 'ok', 'ok'],
    stock: ['error', 'abort', 'abort'],
  },
  {
    name: 'user_expressions',
    see: async (wire) => {
      const { reply, status } = await wire.cell('const twice = 2;', { user_expressions: { sum: 'twice + 1', bad: 'nowhere.x' } });
      const { sum, bad } = (reply.user_expressions ?? {}) as Record<string, Answer['reply'] | undefined>;
      return { status, sum, bad: bad && [bad.status, typeof bad.ename, typeof bad.evalue, Array.isArray(bad.traceback)] };
    },
    ours: { status: 'ok', sum: { status: 'ok', data: { 'text/plain': '3' }, metadata: {} }, bad: ['error', 'string', 'string', true] },
  },
  ...[
    ['a timer', "const timer = setTimeout(() => console.log('late'), 300);"],
    ['an async function', "void (async () => { await new Promise((resolve) => setTimeout(resolve, 300)); console.log('late'); })();"],
  ].map(([name, code]) => ({
    name: `late output of ${name} goes to its own cell`,
    see: async (wire: Wire) => {
      const first = await wire.cell(code);
      const second = await wire.cell("await new Promise((resolve) => setTimeout(resolve, 600));\nconsole.log('own');");
      return [first.text(), second.text()];
    },
    ours: ['late\n', 'own\n'],
  })),
  {
    name: 'two queued cells keep their order',
    see: async (wire) => {
      const from = wire.log.length;
      const first = wire.execute("await new Promise((resolve) => setTimeout(resolve, 200));\nconsole.log('a');");
      const second = wire.execute("console.log('b');");
      await Promise.all([first.done, second.done]);
      const names = wire.log.slice(from).filter(({ channel }) => channel === 'iopub');
      const words = names.map(
        ({ type, content, parent }) =>
          (parent.msg_id === first.id ? 1 : 2) + String(content.execution_state ?? content.text ?? type).trim(),
      );
      return words.filter((word) => !word.endsWith('execute_input')).join(' ');
    },
    ours: '1busy 1a 1idle 2busy 2b 2idle',
  },
  {
    name: 'a request of another kind is answered after the running cell, in order',
    see: async (wire) => {
      const cell = wire.execute("await new Promise((resolve) => setTimeout(resolve, 300));\nconsole.log('a');");
      const info = await wire.ask('shell', 'kernel_info_request');
      await cell.done;
      return [cell.status, info.status, cell.text()];
    },
    ours: ['ok', 'ok', 'a\n'],
  },
  {
    name: 'control answers while a cell waits',
    see: async (wire) => {
      const cell = wire.execute('await new Promise((resolve) => setTimeout(resolve, 1500));');
      await sleep(200);
      const info = await wire.ask('control', 'kernel_info_request', {}, 1000);
      const during = !cell.complete;
      await cell.done;
      return [info.status, during, cell.status];
    },
    ours: ['ok', true, 'ok'],
  },
];

const wrecked = (name: string, send: (wire: Wire) => void): Omit<Probe, 'group'> => ({
  name,
  see: async (wire) => {
    const from = wire.log.length;
    send(wire);
    await sleep(300);
    const heard = wire.log.slice(from).filter(({ type }) => type !== 'status').length;
    return { heard, then: await alive(wire) };
  },
  ours: { heard: 0, then: ALIVE },
});
const header = (type: string) =>
  JSON.stringify({ msg_id: randomUUID(), msg_type: type, session: 's', username: 'u', date: new Date().toISOString(), version: '5.3' });
const code = JSON.stringify({ code: "console.log('forged')", silent: false });

const wrecks: Omit<Probe, 'group'>[] = [
  wrecked('a forged signature is ignored', (wire) =>
    wire.raw('shell', ['<IDS|MSG>', 'f'.repeat(64), header('execute_request'), '{}', '{}', code]),
  ),
  wrecked('no signature is ignored', (wire) => wire.raw('shell', ['<IDS|MSG>', '', header('execute_request'), '{}', '{}', code])),
  wrecked('a forged shutdown is ignored', (wire) =>
    wire.raw('control', ['<IDS|MSG>', 'f'.repeat(64), header('shutdown_request'), '{}', '{}', '{"restart":false}']),
  ),
  wrecked('frames without a delimiter', (wire) => wire.raw('shell', ['hello', 'world'])),
  wrecked('an empty frame', (wire) => wire.raw('shell', [''])),
  wrecked('a delimiter and nothing else', (wire) => wire.raw('control', ['<IDS|MSG>'])),
  wrecked('bytes that are no text', (wire) => wire.raw('shell', [Buffer.from([0xff, 0xfe, 0]), '<IDS|MSG>', Buffer.from([0xff, 0xc0])])),
  wrecked('signed, but no JSON', (wire) => wire.raw('shell', wire.signed([header('execute_request'), '{}', '{}', '{"code": ']))),
  wrecked('signed, but no header', (wire) => wire.raw('shell', wire.signed(['{}', '{}', '{}', '{}']))),
  wrecked('signed, but null', (wire) => wire.raw('shell', wire.signed(['null', 'null', 'null', 'null']))),
  {
    name: 'an execute_request without code does no harm',
    see: async (wire) => {
      await wire.ask('shell', 'execute_request', {}, 1000);
      await wire.ask('shell', 'execute_request', { code: 5 }, 1000);
      await wire.ask('shell', 'complete_request', {}, 1000);
      await wire.ask('shell', 'inspect_request', { code: 'a', cursor_pos: 1e9 }, 1000);
      await wire.ask('shell', 'history_request', { hist_access_type: 'nonsense' }, 1000);
      return alive(wire);
    },
    ours: ALIVE,
  },
  {
    name: 'process.exit(3) ends the kernel with 3',
    see: async (wire) => {
      void wire.execute('process.exit(3)');
      await Promise.race([wire.exited, sleep(3000)]);
      return wire.exit;
    },
    ours: { code: 3, signal: null },
    ends: true,
  },
];

const thrown: [string, string][] = [
  ['undefined', 'undefined'],
  ['null', 'null'],
  ['an object without prototype', 'Object.create(null)'],
  [
    'a proxy that throws',
    "new Proxy({}, { get() { throw new Error('get'); }, has() { throw new Error('has'); }, ownKeys() { throw new Error('keys'); }, " +
      "getPrototypeOf() { throw new Error('proto'); }, getOwnPropertyDescriptor() { throw new Error('own'); } })",
  ],
  ['a symbol', "Symbol('thrown')"],
  ['a function', '() => 1'],
  ['a number', '42n'],
  [
    'getters that throw',
    "{ get name(): string { throw new Error('n'); }, get message(): string { throw new Error('m'); }, " +
      "get stack(): string { throw new Error('s'); } }",
  ],
  ['an error whose stack throws', "Object.defineProperty(new Error('e'), 'stack', { get() { throw new Error('s'); } })"],
  ['an error whose message is no text', "Object.assign(new Error('e'), { message: 5, name: null, stack: {} })"],
  ['an error that is its own cause', "(() => { const e = new Error('loop'); e.cause = e; return e; })()"],
  ['a frozen error', "Object.freeze(new Error('frozen'))"],
  ['a very long message', "new Error('x'.repeat(5_000_000))"],
  [
    'an inspect method that throws',
    "{ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('i'); }, toString() { throw new Error('t'); } }",
  ],
];
const throwing: Omit<Probe, 'group'>[] = [
  ['thrown', (value: string) => `throw ${value};`] as const,
  ['rejected, not handled', (value: string) => `void Promise.reject(${value});`] as const,
].flatMap(([way, make]) =>
  thrown.map(([name, value]) => ({
    name: `${name}, ${way}`,
    see: async (wire: Wire) => {
      const cell = await wire.cell(make(value), {}, 3000);
      const [content] = cell.of('error');
      return {
        status: cell.status,
        quick: cell.milliseconds < 2000,
        error: content ? [typeof content.ename, typeof content.evalue, Array.isArray(content.traceback)].join() : 'none',
        then: await alive(wire),
      };
    },
    ours: { status: 'error', quick: true, error: 'string,string,true', then: ALIVE },
  })),
);

const value = (name: string, codes: string[], expected: string, stock?: unknown): Omit<Probe, 'group'> => ({
  name,
  see: cells(codes, statusAndValue),
  ours: expected,
  ...(stock === undefined ? {} : { stock }),
});
const marked = /^.*\^/m;

const language: Omit<Probe, 'group'>[] = [
  {
    name: '{ x } with x of an earlier cell',
    see: cells(['const x = 5;', 'const made = { x }; made.x'], (cell) => [cell.status, cell.text().includes('x is not defined')]),
    ours: ['ok', false],
    stock: ['error', true],
  },
  {
    name: 'const { a: b } of an earlier value',
    see: cells(['const twin = { a: 1 };', 'const { a: renamed } = twin; renamed'], (cell) => cell.status),
    ours: 'ok',
    stock: 'error',
  },
  { name: 'await ( ... )', see: cells(['await (Promise.resolve(3))'], (cell) => cell.status), ours: 'ok', stock: 'error' },
  { name: 'await [ ... ][0]', see: cells(['await [Promise.resolve(3)][0]'], (cell) => cell.status), ours: 'ok', stock: 'error' },
  {
    name: 'for await at the top level',
    see: cells(['let total = 0; for await (const k of [Promise.resolve(1), 2]) { total += k; }', 'total'], (last, all) => [
      all.map(({ status }) => status),
      shown(last),
    ]),
    ours: [['ok', 'ok'], '3'],
    stock: [['error', 'abort'], ''],
  },
  value('an assignment is not shown as a result', ['let step = 0;', 'step = 7'], 'ok', 'ok 7'),
  {
    name: 'types are strict',
    see: cells(['const text: string = null as string | null;'], (cell) => [cell.status, failure(cell).evalue.split('\n')[0]]),
    ours: ['error', "Type 'string | null' is not assignable to type 'string'."],
    stock: ['ok', ''],
  },
  {
    name: 'the library in TypeScript can be imported',
    see: cells(["import * as lab from 'squeezelab'; lab.key(3)"], (cell) => [cell.status, shown(cell).includes('[ 0, 3 ]')], {}, 140_000),
    ours: ['ok', true],
    stock: ['error', false],
    patience: 145_000,
  },
  {
    name: 'an error names cells and lines',
    see: cells(
      ['interface Unused { a: number }\n\nconst fail = (why: string) => {\n  throw new RangeError(why);\n};', "// call\nfail('too far');"],
      (last, [first]) => {
        const { ename, evalue, traceback } = failure(last);
        const named = traceback.replaceAll(`In[${count(first)}]`, 'In[A]').replaceAll(`In[${count(last)}]`, 'In[B]');
        const words = [
          'Cell In[A], line 4',
          'throw new RangeError(why);',
          'RangeError: too far',
          'at fail (Cell In[A], line 4',
          'at Cell In[B], line 2',
        ];
        return { status: last.status, ename, evalue, missing: words.filter((word) => !named.includes(word)).length };
      },
    ),
    ours: { status: 'error', ename: 'RangeError', evalue: 'too far', missing: 0 },
    stock: { status: 'error', ename: '', evalue: '', missing: 5 },
  },
  {
    name: 'a type error: name, line, column marked, no path',
    see: cells(['const fine: number = 1;\nconst length: number =\n  fine.length;'], (cell) => {
      const { ename, evalue, traceback } = failure(cell);
      const line = `Cell In[${count(cell)}], line 3`;
      return {
        ename: /^[A-Z]\w*Error$/.test(ename),
        evalue,
        line: traceback.includes(line),
        source: traceback.includes('fine.length;'),
        marked: marked.test(traceback),
      };
    }),
    ours: { ename: true, evalue: "Property 'length' does not exist on type 'number'.", line: true, source: true, marked: true },
    stock: { ename: false, evalue: '', line: false, source: false, marked: false },
  },
  {
    name: 'an error at run time marks its column, without paths of the kernel',
    see: cells(['const deep = { a: undefined as { b: number } | undefined };\nconst got = deep.a!.b;'], (cell) => {
      const { ename, traceback } = failure(cell);
      return {
        ename,
        line: /Cell In\[\d+\], line 2/.test(traceback),
        marked: marked.test(traceback),
        paths: /kernel\/|node:internal|node_modules/.test(traceback),
      };
    }),
    ours: { ename: 'TypeError', line: true, marked: true, paths: false },
  },
  {
    name: 'a syntax error: name, line, column marked',
    see: cells(['const a1 = 1;\nconst = 2;'], (cell) => {
      const { ename, traceback } = failure(cell);
      return { ename: /^[A-Z]\w*Error$/.test(ename), line: /Cell In\[\d+\], line 2/.test(traceback), marked: marked.test(traceback) };
    }),
    ours: { ename: true, line: true, marked: true },
  },
  {
    name: 'a type error in a namespace has no path',
    see: cells(
      ["import * as lab from 'squeezelab';\nlab.nothing;"],
      (cell) => {
        const { evalue, traceback } = failure(cell);
        return { status: cell.status, said: evalue.includes('nothing'), path: /\/src\/|import\("/.test(evalue + traceback) };
      },
      {},
      20_000,
    ),
    ours: { status: 'error', said: true, path: false },
    patience: 25_000,
  },
  {
    name: 'lab.lenet300(3) hints at key(3)',
    see: cells(
      ["import * as lab from 'squeezelab';\nlab.lenet300(3);"],
      (cell) => {
        const { evalue, traceback } = failure(cell);
        return { status: cell.status, hint: (evalue + traceback).includes('key(3)') };
      },
      {},
      20_000,
    ),
    ours: { status: 'error', hint: true },
    patience: 25_000,
  },
  {
    name: 'a rejection that nobody handles fails the cell',
    see: cells(["void Promise.reject(new Error('lost'));"], (cell) => [cell.status, failure(cell).evalue]),
    ours: ['error', 'lost'],
    stock: ['ok', ''],
  },
  {
    name: 'an exception in a timer fails the cell that waits',
    see: cells(["setTimeout(() => { throw new Error('late'); }, 5); await new Promise((resolve) => setTimeout(resolve, 50));"], (cell) => [
      cell.status,
      failure(cell).evalue,
    ]),
    ours: ['error', 'late'],
    stock: ['ok', ''],
  },
  value(
    'K01 a variable is one for cells and functions',
    ['let rate = 0.1; function used() { return rate; }', 'rate = 0.01; used()'],
    'ok 0.01',
  ),
  value("K01 a closure's counter", ['let count = 0; const raise = () => { count++; };', 'raise(); raise(); count'], 'ok 2'),
  value(
    'K01 a closure, then the cell, then the closure',
    ['let both = 0; const up = () => { both++; };', 'up(); both += 10; up();', 'both'],
    'ok 12',
  ),
  value(
    'K01 assigned by a timer',
    ['let tick = 0; setTimeout(() => { tick = 5; }, 100);', 'await new Promise((resolve) => setTimeout(resolve, 300)); tick'],
    'ok 5',
  ),
  value('K01 assigned after an await', ['let after = 0;', 'await null; after = 3;', 'after'], 'ok 3'),
  value(
    'K01 a function declared again',
    ['function inner() { return 1; } function outer() { return inner(); }', 'function inner() { return 2; }', 'outer()'],
    'ok 2',
  ),
  value(
    'K02 for await with narrowing',
    ["let state: 'a' | 'b' = 'a'; for await (const k of [1]) { if (k) state = 'b'; }\nstate === 'b'"],
    'ok true',
  ),
  value(
    'K02 labels and for await',
    ['let odd = 0; outer: for await (const k of [1, 2, 3]) { for (const l of [k]) { if (l === 2) continue outer; odd += l; } }', 'odd'],
    'ok 4',
  ),
  value('K02 var in for await', ['for await (var item of [1, 2]) {}', 'item'], 'ok 2'),
  ...[
    'await { a: 1 }.a',
    'await +1',
    'await ~(-2)',
    'await <number>1',
    'await\n1',
    'await (1)',
    'await [1][0]',
    'await `1`',
    'await /1/.source',
    'await (async () => 1)()',
  ].map((text) => value(`K04 ${JSON.stringify(text)}`, [`const awaited = ${text}; Number(awaited)`], 'ok 1')),
  ...['await !false', 'await { a: true }', 'await <boolean>true'].map((text) => ({
    name: `K04 statement ${text}`,
    see: cells([text], ({ status }) => status),
    ours: 'ok',
  })),
  value(
    'K05 a class expression with a private member',
    ['const Counter = class { #n = 1; private m = 1; up() { return ++this.#n + this.m; } };\nnew Counter().up()'],
    'ok 3',
  ),
  {
    name: 'K07 write with a callback, awaited',
    see: cells(
      ["await new Promise<void>((resolve) => process.stdout.write('written\\n', () => resolve()));"],
      (cell) => [cell.status, cell.text('stdout')],
      {},
      2000,
    ),
    ours: ['ok', 'written\n'],
  },
  {
    name: 'K08 UTF-8 split in two writes',
    see: cells(
      ['process.stdout.write(Buffer.from([0xc3])); process.stdout.write(Buffer.from([0xb6])); process.stdout.write("\\n"); void 0'],
      (cell) => cell.text('stdout'),
    ),
    ours: 'ö\n',
  },
  value('K11 toSorted', ['[3, 1].toSorted().join()'], "ok '1,3'"),
  {
    name: 'a class declared again: earlier values keep their type, or it is said',
    see: cells(['class Kept { a = 1 } const kept = new Kept();', 'class Kept { b = 2 }', 'kept.a'], (last, [, second]) => {
      return [second.status, statusAndValue(last) === 'ok 1' || /Kept/.test(second.text())];
    }),
    ours: ['ok', true],
  },
  {
    name: '20,000 lines',
    see: cells(["for (let k = 0; k < 20_000; k++) console.log('line ' + k);"], (cell) => {
      const text = cell.text();
      return [cell.status, text.split('\n').length > 20_000, text.includes('line 19999\n')];
    }),
    ours: ['ok', true, true],
    stock: ['no idle', false, false],
  },
  {
    name: '300,000 lines within 11 s',
    see: cells(
      ["for (let k = 0; k < 300_000; k++) console.log('line ' + k);"],
      (cell) => ({
        status: cell.status,
        lines: cell.text().split('\n').length - 1,
        quick: cell.milliseconds < 11_000 || cell.milliseconds,
      }),
      {},
      60_000,
    ),
    ours: { status: 'ok', lines: 300_000, quick: true },
    patience: 65_000,
  },
];

const groups: Record<string, Omit<Probe, 'group'>[]> = {
  basics,
  assistance,
  display,
  stdin,
  interrupts,
  execution,
  wrecks,
  throwing,
  language,
};
export const probes: Probe[] = Object.entries(groups).flatMap(([group, list]) => list.map((probe) => ({ group, ...probe })));
