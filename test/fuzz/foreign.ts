/** Feeds the readers of other people's formats with damaged files. */
import assert from 'node:assert/strict';
import { toGaps } from '../../src/codec';
import { readDeepCompressed, readFloats, readNpy, readSafetensors, writeDeepCompressed, writeFloats, writeNpy, writeSafetensors, type CompressedLayer, type FloatPart } from '../../src/formats';
import { foldIn, fractions, key, normal, type Key } from '../../src/random';
import { damage } from './files';
import { fuzzReport, readForged, type FuzzReport } from './report';

interface Format {
  file: Uint8Array;
  /** Reads the bytes, writes what was read, and reads that. */
  twice: (bytes: Uint8Array) => [read: unknown, again: unknown];
}

const draw = (count: number) => normal(foldIn(key(1), String(count)), count);

function formats(): Format[] {
  const parts: FloatPart[] = [
    { name: 'kernel', shape: [6, 5] },
    { name: 'bias', shape: [6], before: [0, -1] },
  ];
  const tensors = new Map([
    ['kernel', { shape: [6, 5], values: draw(30) }],
    ['bias', { shape: [6], values: draw(6) }],
  ]);
  const layers: CompressedLayer[] = [
    { name: 'conv', shape: [3, 40], bits: 8 },
    { name: 'fc', shape: [2, 30], bits: 4 },
  ];
  const written = layers.map((layer, i) => {
    const { gaps, codes } = toGaps(Uint32Array.of(2, 20, 21, 50), Uint16Array.of(1, 15, 3, 7), 4);
    const codebook = draw(2 ** layer.bits);
    codebook[0] = 0;
    return { ...layer, codebook, gaps, codes: Uint8Array.from(codes), biases: draw(3 - i) };
  });
  const twice = <T>(read: (bytes: Uint8Array) => T, write: (value: T) => Uint8Array) => (bytes: Uint8Array): [T, T] => {
    const value = read(bytes);
    return [value, read(write(value))];
  };
  return [
    { file: writeNpy({ shape: [3, 10], values: draw(30) }), twice: twice(readNpy, writeNpy) },
    { file: writeSafetensors(tensors), twice: twice(readSafetensors, writeSafetensors) },
    { file: writeFloats(tensors, parts), twice: twice((bytes) => readFloats(bytes, parts), (value) => writeFloats(value, parts)) },
    { file: writeDeepCompressed(written), twice: twice((bytes) => readDeepCompressed(bytes, layers), writeDeepCompressed) },
  ];
}

/** Reads `count` damaged files of four formats. What is accepted must be written as a file that reads the same. */
export async function fuzzForeign(count: number, seed: Key): Promise<FuzzReport> {
  const all = formats();
  const next = fractions(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  const report = fuzzReport();
  for (let i = 0; i < count; i++) {
    const { file, twice } = all[below(all.length)];
    const damaged = damage(file.slice(), below);
    await readForged(report, damaged, () => {
      const [read, again] = twice(damaged);
      assert.deepEqual(again, read);
    });
  }
  return report;
}
