import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readFloats, writeFloats, type FloatPart } from '../../src/formats';
import { damaged, floats, joined, uints } from './files';
import { assertRefused, assertRefusesBeginnings, readOrRefused } from './refused';

const PARTS: FloatPart[] = [
  { name: 'kernel', shape: [2, 3] },
  { name: 'dense', shape: [2], before: [0, -1] },
];
const FILE = joined(floats([1, 2, 3, 4, 5, 0.1]), uints(8, 0), new Uint8Array(8).fill(255), floats([-7, 8]));

describe('readFloats', () => {
  it('reads one tensor after the other, and what must stand before one', () => {
    const expected = [
      ['kernel', { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 0.1) }],
      ['dense', { shape: [2], values: Float32Array.of(-7, 8) }],
    ];
    for (const offset of [0, 1, 3]) assert.deepEqual([...readFloats(joined(new Uint8Array(offset), FILE).subarray(offset), PARTS)], expected);
  });

  it('says what is wrong, and where', () => {
    assertRefused(() => readFloats(FILE.subarray(0, 20), PARTS), /readFloats: 'kernel', floats of shape \[2, 3\], must have 24 bytes, got 20; the file is cut short or another one/, 0);
    assertRefused(() => readFloats(FILE.map((byte, i) => (i === 32 ? 254 : byte)), PARTS), /before 'dense' must stand 0 and -1 as numbers of 64 bits, got -2 in place of -1/, 32);
    assertRefused(() => readFloats(joined(FILE, Uint8Array.of(1)), PARTS), /the file must end here, got 1 more bytes/, 48);
  });

  it('refuses every beginning of a file', () => assertRefusesBeginnings(FILE, (bytes) => readFloats(bytes, PARTS)));

  it('reads or refuses damaged files', () => {
    fc.assert(
      fc.property(damaged(fc.constant(FILE)), (bytes) => {
        const read = readOrRefused(bytes, (file) => readFloats(file, PARTS));
        if (read) assert.deepEqual([...read.values()].map(({ values }) => values.length), [6, 2]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('writeFloats', () => {
  it('writes the bytes that were read', () => {
    assert.deepEqual(writeFloats(readFloats(FILE, PARTS), PARTS), FILE);
  });

  it('refuses what does not fit its part', () => {
    const tensors = readFloats(FILE, PARTS);
    assert.throws(() => writeFloats(tensors, [{ name: 'kernel', shape: [7] }]), /writeFloats: 'kernel' \[7\] must have 7 values, got 6/);
    assert.throws(() => writeFloats(tensors, [{ name: 'other', shape: [1] }]), /'other' \[1\] must have 1 values, got no tensor of that name/);
  });
});
