/** `npm run fuzz -- <files> <architectures> <seed>`; with none of them it writes fuzz.md. */
import { join } from 'node:path';
import { key } from '../../src/random';
import { textTable, writeAtomic } from '../../src/system';
import { fuzzArchitectures } from './architectures';
import { fuzzFiles } from './files';
import { fuzzForeign } from './foreign';
import type { FuzzReport } from './report';
import { watch } from './watchdog';

const MOST_REASONS = 40;

function section(title: string, { accepted, refused, reasons, slowest, hungriest }: FuzzReport): string[] {
  const sorted = Object.entries(reasons).sort(([, a], [, b]) => b - a);
  const rest = sorted.splice(MOST_REASONS);
  if (rest.length > 0) sorted.push([`${rest.length} more`, rest.reduce((sum, [, files]) => sum + files, 0)]);
  const lines = [
    `## ${title}`,
    '',
    `${(accepted + refused).toLocaleString('en')}: ${refused.toLocaleString('en')} refused by a named error with its offset, ${accepted.toLocaleString('en')} accepted, for what was forged is a file as well. The slowest took ${slowest.toFixed(0)} ms; no file raised the memory of the process by more than ${Math.ceil(hungriest)} MiB.`,
    '',
    '```',
    textTable(['refused by', 'files'], sorted),
    '```',
    '',
  ];
  console.log(lines.join('\n'));
  return lines;
}

async function main(): Promise<void> {
  watch();
  const given = process.argv.slice(2).map(Number);
  const [files = 200_000, architectures = 10_000, seed = 1] = given;
  const lines = [
    ...section('Damaged and forged files, decoded', await fuzzFiles(files, key(seed))),
    ...section('Whole files with a forged architecture, unpacked', await fuzzArchitectures(architectures, key(seed))),
    ...section("Damaged files of other people's formats, read", await fuzzForeign(files, key(seed))),
  ];
  if (given.length === 0) writeAtomic(join(__dirname, 'fuzz.md'), ['# Measured by `npm run fuzz`', '', `Do not edit: the command writes this file. Small drawn models and their damage, all from seed ${seed}.`, '', ...lines].join('\n'));
}

void main();
