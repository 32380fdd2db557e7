/**
 * Feeds `decode` with forged files: `npm run fuzz -- <count> <seed>`. A file may be accepted or refused by a `ContainerError`;
 * anything else, or more memory than its length allows, is a fault.
 */
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { BitWriter } from '../../src/codec/bits';
import { ContainerError, decode, encode, type PackedModel } from '../../src/codec';
import { textTable } from '../../src/system';
import { bernoulli, foldIn, fractions, key, uniform, type Key } from '../../src/random';

/** Small models that together use every part of the format. */
function originals(seed: Key): Uint8Array[] {
  const shared = (shape: [number, number], density: number, clusters: number, indexBits?: number): PackedModel => {
    const size = shape[0] * shape[1];
    const use = foldIn(seed, `${size} ${clusters}`);
    const mask = bernoulli(foldIn(use, 'mask'), size, density);
    const skewed = uniform(foldIn(use, 'codes'), size);
    const codes = Uint16Array.from(mask, (kept, i) => kept * (1 + Math.floor(clusters * skewed[i] ** 3)));
    return {
      architecture: JSON.stringify({ layers: Array.from({ length: clusters % 7 }, () => ({ shape, density })) }),
      tensors: [
        { kind: 'shared', name: 'kernel', shape, codebook: uniform(foldIn(use, 'codebook'), clusters), codes, indexBits },
        { kind: 'dense', name: 'bias', shape: [shape[1]], values: uniform(foldIn(use, 'bias'), shape[1]) },
      ],
    };
  };
  return [shared([30, 20], 0.1, 12), shared([40, 10], 0.05, 3, 2), shared([8, 9], 1, 5), shared([25, 20], 0.5, 300), shared([50, 60], 0, 1)].map((model) => encode(model).bytes);
}

export interface FuzzReport {
  /** Forged so well that they are files of their own. */
  accepted: number;
  refused: number;
  /** How often each check refused a file, by the function and the first words of its message. */
  reasons: Record<string, number>;
  /** Milliseconds that the slowest file took. */
  slowest: number;
}

/** Decodes `count` damaged copies, nine of ten with a checksum that fits, and counts the outcomes. */
export function fuzz(count: number, seed: Key): FuzzReport {
  const files = originals(foldIn(seed, 'originals'));
  const next = fractions(foldIn(seed, 'damage'));
  const below = (limit: number) => Math.floor(next() * limit);
  const report: FuzzReport = { accepted: 0, refused: 0, reasons: {}, slowest: 0 };
  for (let i = 0; i < count; i++) {
    const original = files[below(files.length)];
    const file = damage(original.slice(), below);
    const forged = file.length >= 8 && below(10) > 0;
    if (forged) new DataView(file.buffer).setUint32(file.length - 4, crc32(file.subarray(0, -4)));
    const start = performance.now();
    try {
      const { tensors } = decode(file);
      const values = tensors.reduce((sum, tensor) => sum + (tensor.kind === 'shared' ? tensor.codes : tensor.values).length, 0);
      assert.ok(values <= 2 ** 20 + 1024 * file.length);
      assert.ok(forged || Buffer.compare(file, original) === 0, 'a damaged file whose checksum nobody forged must be refused');
      report.accepted++;
    } catch (error) {
      if (!(error instanceof ContainerError && error.offset >= 0 && error.offset <= file.length)) throw new Error(`fuzz: file ${i} must be decoded or refused: ${Buffer.from(file).toString('hex')}`, { cause: error });
      report.refused++;
      const reason = error.message.replace(/'[^']*' /, '').replace(/ \(at byte.*| (must|of) (be|have)? ?[\d.].*|[ ,]+(got|from bit)? ?\d.*/s, '').trim();
      report.reasons[reason] = (report.reasons[reason] ?? 0) + 1;
    }
    report.slowest = Math.max(report.slowest, performance.now() - start);
  }
  return report;
}

/** One to four changes, past the version: bits flipped, bytes forged, a piece cut out, doubled or filled with the largest number, a length forged, the end cut off. */
function damage(file: Uint8Array, below: (limit: number) => number): Uint8Array {
  for (let changes = 1 + below(4); changes > 0 && file.length > 12; changes--) {
    const at = 4 + below(file.length - 8);
    const length = 1 + below(Math.min(5, file.length - at));
    const before = file.subarray(0, at);
    const after = file.subarray(at + length);
    const action = below(7);
    if (action === 0) file[at] ^= 1 << below(8);
    if (action === 1) file[at] = below(256);
    if (action === 2) file = joined(before, after);
    if (action === 3) file = joined(before, file.subarray(at, at + length), file.subarray(at));
    if (action === 4) file.fill(255, at, at + length);
    if (action === 5) file = file.slice(0, at);
    if (action === 6) file = joined(before, varint(2 ** below(32)), file.subarray(at + 1));
  }
  return file;
}

/** A length as the format writes it. */
function varint(value: number): Uint8Array {
  const writer = new BitWriter();
  writer.writeVarint(value);
  return writer.bytes();
}

const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

if (require.main === module) {
  const [count = 200_000, seed = 1] = process.argv.slice(2).map(Number);
  const { accepted, refused, reasons, slowest } = fuzz(count, key(seed));
  console.log(`${count.toLocaleString('en')} files: ${refused.toLocaleString('en')} refused by a named error with its offset, ${accepted.toLocaleString('en')} accepted, for what was forged is a file as well. Slowest: ${slowest.toFixed(1)} ms. Memory of the process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB.\n`);
  const sorted = Object.entries(reasons).sort(([, a], [, b]) => b - a);
  console.log(textTable(['refused by', 'files'], sorted));
}
