/** Feeds `decode` with forged files. */
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { decode, encode, toSigns, type PackedModel, type PackedTensor } from '../../src/codec';
import { BitWriter } from '../../src/codec/bits';
import { bernoulli, foldIn, fractions, uniform, type Key } from '../../src/random';
import { sizeOf } from '../../src/system';
import { fuzzReport, readForged, type FuzzReport } from './report';

/** Small models that together use every part of the format, one of them pruned whole. */
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
  const signs = (shape: readonly number[], scaleOf: (index: number) => number): PackedTensor => {
    const draws = uniform(foldIn(seed, `signs ${shape.join()}`), sizeOf(shape));
    return { kind: 'signs', name: 'signs', shape, ...toSigns(shape, draws.map((draw, i) => (draw < 0.5 ? -1 : 1) * scaleOf(i)))! };
  };
  const binary: PackedModel = { architecture: '{}', tensors: [signs([13], () => 1), signs([3, 3, 5], () => 0.375), signs([9, 6], (i) => 1 + (i % 6) / 8)] };
  return [shared([30, 20], 0.1, 12), shared([40, 10], 0.05, 3, 2), shared([8, 9], 1, 5), shared([25, 20], 0.5, 300), shared([50, 60], 0, 1), binary].map((model) => encode(model).bytes);
}

/** How many values a tensor holds, whatever its shape says. */
function held(tensor: PackedTensor): number {
  if (tensor.kind === 'signs') return 8 * tensor.signs.length;
  return (tensor.kind === 'shared' ? tensor.codes : tensor.values).length;
}

/** Decodes `count` damaged copies, nine of ten with a checksum that fits. What is accepted must be a model that can be packed again and is then the same. */
export async function fuzzFiles(count: number, seed: Key): Promise<FuzzReport> {
  const files = originals(foldIn(seed, 'originals'));
  const next = fractions(foldIn(seed, 'damage'));
  const below = (limit: number) => Math.floor(next() * limit);
  const report = fuzzReport();
  for (let i = 0; i < count; i++) {
    const original = files[below(files.length)];
    const file = damage(original.slice(), below);
    if (below(20) === 0 && file.length > 4) file[below(4)] = below(256);
    const forged = file.length >= 8 && below(10) > 0;
    if (forged) new DataView(file.buffer).setUint32(file.length - 4, crc32(file.subarray(0, -4)));
    await readForged(report, file, () => {
      const { architecture, tensors } = decode(file);
      const values = tensors.reduce((sum, tensor) => sum + held(tensor), 0);
      assert.ok(values <= 2 ** 20 + 128 * file.length);
      assert.ok(forged || Buffer.compare(file, original) === 0, 'a damaged file whose checksum nobody forged must be refused');
      if (values < 10_000) assert.deepEqual(decode(encode({ architecture, tensors }).bytes).tensors, tensors);
    });
  }
  return report;
}

/** One to four changes, past the version: bits flipped, bytes forged, a piece cut out, doubled or filled with the largest number, a length forged, the end cut off. */
export function damage(file: Uint8Array, below: (limit: number) => number): Uint8Array {
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
