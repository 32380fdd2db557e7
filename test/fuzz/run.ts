/** `npm run fuzz -- <files> <architectures> <seed>` */
import { key } from '../../src/random';
import { textTable } from '../../src/system';
import { fuzzArchitectures } from './architectures';
import { fuzzFiles } from './files';
import type { FuzzReport } from './report';

const MOST_REASONS = 40;

const show = (what: string, { accepted, refused, reasons, slowest }: FuzzReport): void => {
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`${(accepted + refused).toLocaleString('en')} ${what}: ${refused.toLocaleString('en')} refused by a named error with its offset, ${accepted.toLocaleString('en')} accepted, for what was forged is a file as well. Slowest: ${slowest.toFixed(1)} ms. Memory of the process: ${memory} MiB at most.\n`);
  const sorted = Object.entries(reasons).sort(([, a], [, b]) => b - a);
  const rest = sorted.splice(MOST_REASONS);
  if (rest.length > 0) sorted.push([`${rest.length} more`, rest.reduce((sum, [, files]) => sum + files, 0)]);
  console.log(`${textTable(['refused by', 'files'], sorted)}\n`);
};

async function main(): Promise<void> {
  const [files = 200_000, architectures = 10_000, seed = 1] = process.argv.slice(2).map(Number);
  show('forged files, decoded', await fuzzFiles(files, key(seed)));
  show('files with a forged architecture, unpacked', await fuzzArchitectures(architectures, key(seed)));
}

void main();
