/** `npm run bench`: measures, prints, and writes bench/results.md. */
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

async function main(): Promise<void> {
  const lines = [
    '# Measured by `npm run bench`',
    '',
    'Do not edit: the command writes this file.',
    '',
    `${os.cpus()[0].model}, ${os.availableParallelism()} cores, Node ${process.versions.node}, ${os.platform()} ${os.arch()}. ` +
      `The peers take turns in one run; speeds and ratios are medians over the rounds. A call of squeezelab does as many steps as in a training: eight of a small net, one of a large one.${hasTorch() ? '' : ' PyTorch cannot be imported here and is left out.'}`,
  ];
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
    const section = ['', `## A training step of ${title}, batch ${batch}, ${OPTIMIZERS[optimizer]}`, '', '```', table.trimEnd(), '```'];
    console.log(section.join('\n'));
    lines.push(...section);
  }
  for (const bench of [benchCoding, benchSparse]) {
    const section = ['', ...bench()];
    console.log(section.join('\n'));
    lines.push(...section);
  }
  writeAtomic(join(__dirname, 'results.md'), `${lines.join('\n')}\n`);
}

void main();
