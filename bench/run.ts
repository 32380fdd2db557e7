/** `npm run bench`: measures, prints, and writes bench/results.md; `npm run bench -- sparse`, or any row, measures that part anew. */
import { readFileSync } from 'node:fs';
import * as os from 'node:os';
import { join } from 'node:path';
import { duration, textTable, writeAtomic } from '../src/system';
import { benchBinary } from './binary';
import { benchCoding } from './coding';
import { benchKernel } from './kernel';
import { type BenchName, nets, type OptimizerName, words } from './nets';
import { benchSparse } from './sparse';
import { benchTraining, hasTorch } from './training';

/** A row of peers: how it is asked for, what it is called, the net and its optimiser, and the backends of tfjs beside it. */
const ROWS: Record<string, { title: string; unit: string; net: BenchName; optimizer: OptimizerName; backends?: readonly string[] }> = {
  lenet300: { title: 'LeNet-300-100, batch 128, SGD with momentum and weight decay', unit: 'samples', net: 'lenet300', optimizer: 'sgd', backends: ['wasm', 'cpu'] },
  'lenet300-adam': { title: 'LeNet-300-100, batch 128, Adam', unit: 'samples', net: 'lenet300', optimizer: 'adam', backends: ['wasm', 'cpu'] },
  lenet5: { title: `${nets.lenet5.title}, batch 128, SGD with momentum and weight decay`, unit: 'samples', net: 'lenet5', optimizer: 'sgd' },
  resnet20: { title: `${nets.resnet20.title}, batch 128, SGD with momentum and weight decay`, unit: 'samples', net: 'resnet20', optimizer: 'sgd' },
  bnn: { title: `${nets.bnn.title}, batch 50, SGD with momentum and weight decay`, unit: 'samples', net: 'bnn', optimizer: 'sgd' },
  words: { title: `${words.title}, batch ${words.batch}, SGD`, unit: 'tokens', net: 'words', optimizer: 'plain' },
};

async function benchRow(name: string): Promise<string[]> {
  const { title, unit, net, optimizer, backends = [] } = ROWS[name];
  const rows = await benchTraining(net, optimizer, backends);
  const table = textTable(
    ['peer', `${unit} a second`, 'squeezelab is faster by', 'peak memory (MiB)', 'compile (s)'],
    rows.map(({ peer, samplesPerSecond, ratio, memory, prepared }) => [
      peer,
      Math.round(samplesPerSecond).toLocaleString('en'),
      `${ratio.toFixed(2)}x`,
      Math.round(memory).toLocaleString('en'),
      prepared ? prepared.toFixed(1) : '',
    ]),
  );
  return [`## A training step of ${title}`, '', '```', table.trimEnd(), '```', ''];
}

const training = Object.fromEntries(Object.keys(ROWS).map((name) => [name, () => benchRow(name)]));
const parts: Record<string, () => string[] | Promise<string[]>> = { ...training, coding: benchCoding, sparse: benchSparse, binary: benchBinary, kernel: () => benchKernel() };
/** What may be asked for: a row, a part, or all rows of training. */
const asked = (given: readonly string[]): string[] => (given.length ? given.flatMap((name) => (name === 'training' ? Object.keys(ROWS) : [name])) : Object.keys(parts));
const results = join(__dirname, 'results.md');

/** A page's head, and its sections by their headings. */
function sectionsOf(page: string): [head: string, sections: Map<string, string>] {
  const [head, ...sections] = page.split(/^(?=## )/m);
  return [head, new Map(sections.map((section) => [section.split('\n')[0], `${section.trimEnd()}\n`]))];
}

async function main(): Promise<void> {
  const head = [
    '# Measured by `npm run bench`',
    '',
    'Do not edit: the command writes this file.',
    '',
    `${os.cpus()[0].model}, ${os.availableParallelism()} cores, Node ${process.versions.node}, ${os.platform()} ${os.arch()}. ` +
      `The peers take turns in one run; speeds and ratios are medians over the rounds. A call of squeezelab does as many steps as in a training: eight of a small net, one of a large one.${hasTorch() ? '' : ' PyTorch cannot be imported here and is left out.'}`,
    '',
    '',
  ].join('\n');
  const given = asked(process.argv.slice(2));
  const unknown = given.find((part) => !Object.hasOwn(parts, part));
  if (unknown !== undefined) throw new Error(`bench: parts must be out of training, ${Object.keys(parts).join(', ')}, got ${unknown}`);
  const all = given.length === Object.keys(parts).length;
  const [before, sections] = all ? [head, new Map<string, string>()] : sectionsOf(readFileSync(results, 'utf8'));
  const alike = before === head; // one page is of one machine, with the same peers
  if (!alike) console.log(`${results} is of another machine, or other peers, and stays as it is; npm run bench measures all of it anew\n`);
  const start = performance.now();
  for (const [at, part] of given.entries()) {
    const left = at > 0 ? `, about ${duration(((performance.now() - start) / 1000 / at) * (given.length - at))} left` : '';
    console.log(`${part} (${at + 1} of ${given.length}${left}) ...`);
    const text = (await parts[part]()).join('\n');
    console.log(`\n${text}`);
    for (const [heading, section] of sectionsOf(`\n${text}`)[1]) sections.set(heading, section);
    // Each is kept as it is measured, unless the page is made anew: then the whole replaces it at the end.
    if (!all && alike) writeAtomic(results, head + [...sections.values()].join('\n'));
  }
  if (alike) writeAtomic(results, head + [...sections.values()].join('\n'));
}

void main();
