/**
 * What a user of the notebook kernel waits for, beside stock tslab. `npx tsx bench/kernel.ts [checkout]` prints it, with the kernel of
 * an older checkout, and writes nothing.
 */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kernel } from '../src/lab/kernelClient';
import { textTable } from '../src/system';
import { older, ours, stock, type Subject } from '../test/kernel/probes';

const ROUNDS = 3;
/** Milliseconds after which an answer is not waited for any longer. */
const PATIENCE = 60_000;
const LINES = 300_000;

interface Peer extends Subject {
  name: string;
  interrupt: (kernel: Kernel) => void;
}

/** What the first cell imports, and what later ones do with it. */
interface Case {
  title: string;
  first: string;
  name: string;
  member: string;
  use: string;
  /** Beside what stock tslab cannot import there is only our own. */
  own?: true;
}
const library: Case = {
  title: "the library's TypeScript",
  first: "import * as lab from 'squeezelab'; lab.key(3)",
  name: 'lab',
  member: 'key',
  use: 'lab.key(3)',
  own: true,
};
const CASES: readonly Case[] = [
  library,
  { title: "Node's path", first: "import * as path from 'node:path'; path.sep", name: 'path', member: 'join', use: "path.join('a', 'b')" },
  {
    title: 'tfjs',
    first: "import * as tf from '@tensorflow/tfjs'; tf.tensor1d([1, 2]).shape",
    name: 'tf',
    member: 'abs',
    use: 'tf.tensor1d([1, 2]).shape',
  },
];

const LONG = `interface Layer {
  name: string;
  inputs: number;
  outputs: number;
  density: number;
}
const layers: Layer[] = [
  { name: 'fc1', inputs: 784, outputs: 300, density: 0.08 },
  { name: 'fc2', inputs: 300, outputs: 100, density: 0.09 },
  { name: 'fc3', inputs: 100, outputs: 10, density: 0.26 },
];
function weightsOf({ inputs, outputs }: Layer): number {
  return inputs * outputs;
}
const kept = new Map<string, number>();
for (const layer of layers) {
  kept.set(layer.name, Math.round(weightsOf(layer) * layer.density));
}
const all = layers.reduce((sum, layer) => sum + weightsOf(layer), 0);
[...kept.values()].reduce((sum, count) => sum + count, 0) / all;`;

/** Milliseconds, or MiB, by row and peer: one of each start. */
class Figures {
  private readonly rows = new Map<string, Map<string, number[]>>();

  note(row: string, peer: Peer, value: number): void {
    const peers = this.rows.get(row) ?? new Map<string, number[]>();
    this.rows.set(row, peers.set(peer.name, [...(peers.get(peer.name) ?? []), value]));
  }

  /** Whether the peer has been waited for in vain. */
  late(row: string, peer: Peer): boolean {
    return this.rows.get(row)?.get(peer.name)?.includes(Infinity) ?? false;
  }

  table(peers: readonly Peer[], targets: Readonly<Record<string, string>> = {}): string {
    const target = Object.keys(targets).length > 0;
    const shown = (row: string, value: number) => (row.startsWith('memory') ? `${Math.round(value)} MiB` : time(value));
    const rows = [...this.rows].map(([row, of]) => {
      const cells = peers.map(({ name }) => shown(row, median(of.get(name)!)));
      return [row, ...cells, ...(target ? [targets[row] ?? ''] : [])];
    });
    return textTable(['', ...peers.map(({ name }) => name), ...(target ? ['target'] : [])], rows, (column) => column > 0);
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const time = (milliseconds: number): string =>
  milliseconds === Infinity
    ? `> ${PATIENCE / 1000} s`
    : milliseconds < 1000
      ? `${milliseconds.toPrecision(3)} ms`
      : `${(milliseconds / 1000).toFixed(2)} s`;

/** Milliseconds that it takes; Infinity if longer than the patience. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  const done = await Promise.race([work().then(() => true), sleep(PATIENCE, false, { ref: false })]);
  return done ? performance.now() - start : Infinity;
}

/** Each time the code is another one, for a kernel may know what it has seen before. */
async function medianOf(times: number, code: string, work: (code: string) => Promise<unknown>): Promise<number> {
  const values: number[] = [];
  for (let k = 0; k < times; k++) values.push(await timed(() => work(`/* ${k} */ ${code}`)));
  return median(values);
}

/** Runs a cell to its end; what fails would be no measure. */
async function run(kernel: Kernel, code: string): Promise<void> {
  const { status } = await kernel.execute(code, () => {});
  if (status !== 'ok') throw new Error(`bench: the cell ${code} must run, got ${status}`);
}

async function complete(kernel: Kernel, code: string, expected: string): Promise<void> {
  const { matches } = await kernel.complete(code);
  const found = matches.some((match) => match.endsWith(expected));
  if (!found) throw new Error(`bench: ${code} must be completed by ${expected}, got ${matches.length} others`);
}

async function inspect(kernel: Kernel, code: string): Promise<void> {
  if (!(await kernel.inspect(code)).found) throw new Error(`bench: ${code} must be explained`);
}

/** Many lines from one cell; a kernel that loses some never prints them. */
async function print(kernel: Kernel): Promise<number> {
  let lines = 0;
  const taken = await timed(() =>
    kernel.execute(`for (let k = 0; k < ${LINES}; k++) console.log('line ' + k);`, ({ type, content }) => {
      if (type === 'stream') lines += content.text.split('\n').length - 1;
    }),
  );
  return lines === LINES ? taken : Infinity;
}

/** From the interrupt of a busy loop to its reply. */
async function interrupt(kernel: Kernel, peer: Peer): Promise<number> {
  const loop = kernel.execute('while (true);', () => {});
  loop.catch(() => {}); // a kernel that does not hear is killed
  await sleep(1000);
  return timed(() => {
    peer.interrupt(kernel);
    return loop;
  });
}

const memoryOf = ({ pid }: Kernel): number => Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) / 1024;

const firstCell = 'first cell, sent at once';
const firstEnd = 'process start to its end';
const small = '`1 + 1`';
const printed = `${LINES.toLocaleString('en')} lines by console.log in one cell`;
const interrupted = 'interrupt of `while (true);` to its reply';

/** One start of a kernel, whose first cell is sent at once, or three seconds later as by a person who has opened a notebook. */
async function measure(peer: Peer, one: Case, atOnce: boolean, figures: Figures, general: Figures): Promise<void> {
  const { first, name, member, use } = one;
  const note = (row: string, value: number) => figures.note(row, peer, value);
  const start = performance.now();
  const kernel = await Kernel.start(peer.folder, process.env, peer.command);
  try {
    general.note('process start to kernel_info', peer, performance.now() - start);
    if (!atOnce) await sleep(3000);
    note(atOnce ? firstCell : 'first cell, sent 3 s after the start', await timed(() => run(kernel, first)));
    if (atOnce) {
      note(firstEnd, performance.now() - start);
      note('memory after the first cell', memoryOf(kernel));
      note(small, await medianOf(30, '1 + 1', (code) => run(kernel, code)));
      note(`\`${use}\``, await medianOf(30, use, (code) => run(kernel, code)));
      note('a cell of 20 lines', await medianOf(10, LONG, (code) => run(kernel, code)));
      note(`completion of \`${name}.\``, await medianOf(10, `${name}.`, (code) => complete(kernel, code, member)));
      note(`inspection of \`${name}.${member}\``, await medianOf(10, `${name}.${member}`, (code) => inspect(kernel, code)));
    }
    // Once is enough to see that a kernel does not answer.
    if (name === 'path' && atOnce && !general.late(printed, peer)) general.note(printed, peer, await print(kernel));
    if (name === 'path' && !atOnce && !general.late(interrupted, peer)) general.note(interrupted, peer, await interrupt(kernel, peer));
  } finally {
    await kernel.kill();
  }
}

/** @param checkout of an older version, whose kernel is measured too */
export async function benchKernel(checkout?: string): Promise<string[]> {
  const signal = ({ pid }: Kernel) => void process.kill(pid!, 'SIGINT');
  const peers: Peer[] = [
    { name: 'tslab 1.0.22', ...stock, interrupt: signal },
    ...(checkout ? [{ name: 'before', ...older(checkout), interrupt: signal }] : []),
    { name: 'squeezelab', ...ours, interrupt: (kernel) => void kernel.interrupt() },
  ];
  const general = new Figures();
  const figures = new Map(CASES.map((one) => [one, new Figures()]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of CASES) {
      if (process.stderr.isTTY) process.stderr.write(`\rkernel: round ${round + 1} of ${ROUNDS}, ${one.title}\x1b[K`);
      for (const atOnce of [true, false]) {
        for (const peer of one.own ? peers.slice(1) : peers) await measure(peer, one, atOnce, figures.get(one)!, general);
      }
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  const targets = { [firstEnd]: '1.5 s', [small]: '40 ms', [`\`${library.use}\``]: '40 ms', [`completion of \`${library.name}.\``]: '150 ms' };
  return [
    '## The notebook kernel, beside stock tslab',
    '',
    `Medians of ${ROUNDS} starts, the kernels in turn; within a start, of 30 small cells, or of 10 longer cells, completions, or ` +
      'inspections. Times are until reply and idle have come, as a front end waits for both.',
    '',
    '```',
    general.table(peers, { [printed]: '10 s' }).trimEnd(),
    '```',
    ...CASES.flatMap((one) => [
      '',
      `### The first cell imports ${one.title}`,
      '',
      `\`${one.first}\`${one.own ? '; stock tslab cannot import TypeScript from a package' : ''}`,
      '',
      '```',
      figures.get(one)!.table(one.own ? peers.slice(1) : peers, one === library ? targets : {}).trimEnd(),
      '```',
    ]),
    '',
  ];
}

if (require.main === module) void benchKernel(process.argv[2]).then((lines) => console.log(lines.join('\n')));
