/** `npm run bench`: measures, prints, and writes bench/results.md; `npm run bench -- sparse` measures that part anew. */
import { readFileSync } from 'node:fs';
import * as os from 'node:os';
import { join } from 'node:path';
import { textTable, writeAtomic } from '../src/system';
import { benchCoding } from './coding';
import { type NetName, nets, type OptimizerName } from './nets';
import { benchSparse } from './sparse';
import { benchTraining, hasTorch } from './training';

const OPTIMIZERS: Record<OptimizerName, string> = { sgd: 'SGD with momentum and weight decay', adam: 'Adam' };

const BENCHES: readonly (readonly [NetName, OptimizerName, readonly string[]])[] = [
  ['lenet300', 'sgd', ['wasm', 'cpu']],
  ['lenet300', 'adam', ['wasm', 'cpu']],
  ['lenet5', 'sgd', []],
  ['resnet20', 'sgd', []],
  ['bnn', 'sgd', []],
];

async function benchNets(): Promise<string[]> {
  const lines: string[] = [];
  for (const [net, optimizer, backends] of BENCHES) {
    const rows = await benchTraining(net, optimizer, backends);
    const table = textTable(
      ['peer', 'samples a second', 'squeezelab is faster by', 'peak memory (MiB)', 'compile (s)'],
      rows.map(({ peer, samplesPerSecond, ratio, memory, prepared }) => [
        peer,
        Math.round(samplesPerSecond).toLocaleString('en'),
        `${ratio.toFixed(2)}x`,
        Math.round(memory).toLocaleString('en'),
        prepared ? prepared.toFixed(1) : '',
      ]),
    );
    const { title, batch } = nets[net];
    lines.push(`## A training step of ${title}, batch ${batch}, ${OPTIMIZERS[optimizer]}`, '', '```', table.trimEnd(), '```', '');
  }
  return lines;
}

const parts: Record<string, () => string[] | Promise<string[]>> = { training: benchNets, coding: benchCoding, sparse: benchSparse };
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
  const given = process.argv.slice(2);
  const unknown = given.find((part) => !Object.hasOwn(parts, part));
  if (unknown !== undefined) throw new Error(`bench: parts must be out of ${Object.keys(parts).join(', ')}, got ${unknown}`);
  const [before, sections] = given.length > 0 ? sectionsOf(readFileSync(results, 'utf8')) : [head, new Map<string, string>()];
  if (before !== head) throw new Error('bench: a part must be measured as the others were, on the same machine with the same peers; measure all, npm run bench');
  for (const part of given.length > 0 ? given : Object.keys(parts)) {
    const text = (await parts[part]()).join('\n');
    console.log(`\n${text}`);
    for (const [heading, section] of sectionsOf(`\n${text}`)[1]) sections.set(heading, section);
  }
  writeAtomic(results, head + [...sections.values()].join('\n'));
}

void main();
