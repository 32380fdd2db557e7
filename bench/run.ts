/** `npm run bench`: measures, prints, and writes bench/results.md. */
import * as os from 'node:os';
import { join } from 'node:path';
import { textTable, writeAtomic } from '../src/system';
import { benchTraining, hasTorch } from './training';

async function main(): Promise<void> {
  const lines = [
    '# Measured by `npm run bench`',
    '',
    'Do not edit: the command writes this file.',
    '',
    `${os.cpus()[0].model}, ${os.availableParallelism()} cores, Node ${process.versions.node}, ${os.platform()} ${os.arch()}. ` +
      `The peers take turns in one run; speeds and ratios are medians over the rounds. A call of squeezelab does eight steps, as a training does.${hasTorch() ? '' : ' PyTorch cannot be imported here and is left out.'}`,
  ];
  for (const [optimizer, name] of [['sgd', 'SGD with momentum and weight decay'], ['adam', 'Adam']] as const) {
    const rows = await benchTraining(optimizer);
    const table = textTable(
      ['peer', 'samples a second', 'squeezelab is faster by'],
      rows.map(({ peer, samplesPerSecond, ratio }) => [peer, Math.round(samplesPerSecond).toLocaleString('en'), `${ratio.toFixed(2)}x`]),
    );
    const section = ['', `## A training step of LeNet-300-100, batch 128, ${name}`, '', '```', table.trimEnd(), '```'];
    console.log(section.join('\n'));
    lines.push(...section);
  }
  writeAtomic(join(__dirname, 'results.md'), `${lines.join('\n')}\n`);
}

void main();
