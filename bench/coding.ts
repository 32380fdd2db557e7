/** How fast a model of AlexNet's size is packed and unpacked, beside gzip. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textTable } from '../src/system';

interface Measured {
  seconds: Record<string, number>;
  /** The most MiB that the process had before it coded anything, and with the first round. */
  start: number;
  memory: number;
}

function measure<T extends Measured>(what: 'pack' | 'unpack', path: string): T {
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', join(__dirname, 'peers/coding.ts'), what, path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`bench: coding must end well, got exit code ${status}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

export function benchCoding(): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'coding-'));
  try {
    const path = join(folder, 'alexnet');
    const packing = measure<Measured & { weights: number }>('pack', path);
    const unpacking = measure('unpack', path);
    const sizeOf = (kind: string) => statSync(`${path}.${kind}`).size.toLocaleString('en');
    const seconds = { ...packing.seconds, ...unpacking.seconds };
    const megabytes = (4 * packing.weights) / 1e6;
    const row = (name: string, what: string, size = '') => [name, Number(seconds[what].toFixed(2)), Math.round(megabytes / seconds[what]), size];
    const table = textTable(
      ['step', 'seconds', 'MB of float32 a second', 'bytes of the file'],
      [row('k-means of the kept weights', 'k-means'), row('pack: index, Huffman, file', 'pack', sizeOf('sqz')), row('unpack into a model', 'unpack'), row('gzip of the same floats', 'gzip', sizeOf('gz')), row('gunzip', 'gunzip')],
    );
    const grown = ({ start, memory }: Measured) => `${Math.round(memory - start).toLocaleString('en')} MiB, ${(((memory - start) * 2 ** 20) / (megabytes * 1e6)).toFixed(1)} times the model,`;
    return [
      `## Packing ${(packing.weights / 1e6).toFixed(1)} million drawn weights of AlexNet's shapes, at the densities and bits of Han et al. 2016, Table 4`,
      '',
      `${Math.round(megabytes)} MB in float32; medians of three rounds. Beside the drawn weights, k-means, the model and packing took ${grown(packing)} unpacking into a model ${grown(unpacking).slice(0, -1)}.`,
      '',
      '```',
      table,
      '```',
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
