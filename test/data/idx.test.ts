import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parseIdx } from '../../src/data';
import { idxFile } from './idx-file';

/** The example of the format's description (yann.lecun.com/exdb/mnist): magic 0x00000801, 2 items; the labels 5 and 0. */
const LABELS = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 5, 0);

describe('parseIdx', () => {
  it('reads the labels of the format description', () => {
    assert.deepEqual(parseIdx(LABELS, 'labels'), { shape: [2], values: Uint8Array.of(5, 0) });
  });

  it('reads back what was written, plain and gzipped, at any offset of its buffer', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }), fc.nat(20), (shape, offset) => {
        const values = Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (7 * i) % 256);
        const file = idxFile(shape, values);
        const moved = new Uint8Array(offset + file.length);
        moved.set(file, offset);
        for (const raw of [file, gzipSync(file), moved.subarray(offset)]) assert.deepEqual(parseIdx(raw, 'file'), { shape, values });
      }),
    );
  });

  it('names the file and what is wrong with it', () => {
    const changed = (at: number, byte: number) => LABELS.map((old, i) => (i === at ? byte : old));
    const wrong: [Uint8Array, RegExp][] = [
      [new Uint8Array(0), /is truncated: 0 bytes, shorter than a header/],
      [LABELS.subarray(0, 3), /is truncated: 3 bytes, shorter than a header/],
      [LABELS.subarray(0, 6), /is truncated: 6 bytes, shorter than its header of 8/],
      [LABELS.subarray(0, 9), /is truncated: its header \[2\] makes 10 bytes, got 9/],
      [Uint8Array.of(...LABELS, 1), /is too long: its header \[2\] makes 10 bytes, got 11/],
      [changed(0, 80), /is no IDX file: it must begin with two zero bytes, got 80 and 0/],
      [changed(1, 75), /got 0 and 75/],
      [changed(2, 13), /must hold unsigned bytes \(type 8\), got type 13/],
      [changed(3, 0), /must have at least one dimension/],
      [changed(4, 255), /is truncated: its header \[4278190082\] makes 4278190090 bytes, got 10/],
      [gzipSync(LABELS).subarray(0, 20), /is truncated: its gzip stream ends early/],
      [gzipSync(LABELS).map((byte, i) => (i > 10 && i < 16 ? ~byte : byte)), /is corrupt: /],
    ];
    for (const [raw, message] of wrong) {
      assert.throws(() => parseIdx(raw, 'some/labels.gz'), message);
      assert.throws(() => parseIdx(raw, 'some/labels.gz'), /^Error: idx: some\/labels\.gz /);
    }
  });

  it('finds the cut at every length, plain and gzipped', () => {
    const file = idxFile([4, 3], new Uint8Array(12).fill(3));
    const zipped = gzipSync(file);
    for (let length = 0; length < file.length; length++) assert.throws(() => parseIdx(file.subarray(0, length), 'f'), /truncated/);
    for (let length = 2; length < zipped.length; length++) assert.throws(() => parseIdx(zipped.subarray(0, length), 'f'), /truncated/);
  });
});
