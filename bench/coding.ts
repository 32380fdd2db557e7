/** How fast a model of AlexNet's size is packed and unpacked, beside gzip. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { textTable } from '../src/system';

interface Measured {
  weights: number;
  sizes: Record<string, number>;
  seconds: Record<string, number>;
  /** The most MiB that the process had. */
  memory: number;
}

export function benchCoding(): string[] {
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', join(__dirname, 'peers/coding.ts')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`bench: coding must end well, got exit code ${status}`);
  const { weights, sizes, seconds, memory } = JSON.parse(stdout.trim().split('\n').at(-1)!) as Measured;
  const megabytes = (4 * weights) / 1e6;
  const row = (name: string, what: string, size?: number) => [name, Number(seconds[what].toFixed(2)), Math.round(megabytes / seconds[what]), size === undefined ? '' : size.toLocaleString('en')];
  const table = textTable(
    ['step', 'seconds', 'MB of float32 a second', 'bytes of the file'],
    [row('k-means of the kept weights', 'k-means'), row('pack: index, Huffman, file', 'pack', sizes.pack), row('unpack into a model', 'unpack'), row('gzip of the same floats', 'gzip', sizes.gzip), row('gunzip', 'gunzip')],
  );
  return [
    `## Packing ${(weights / 1e6).toFixed(1)} million drawn weights of AlexNet's shapes, at the densities and bits of Han et al. 2016, Table 4`,
    '',
    `${Math.round(megabytes)} MB in float32. Medians of three rounds; the process had at most ${Math.round(memory).toLocaleString('en')} MiB, the weights (three times: drawn, shared, in the model) and gzip's buffers included.`,
    '',
    '```',
    table,
    '```',
  ];
}
