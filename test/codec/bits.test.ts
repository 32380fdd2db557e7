import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BitReader, BitWriter } from '../../src/codec/bits';
import { FormatError } from '../../src/codec';

describe('bit streams', () => {
  it('begin with the top bit of the first byte', () => {
    const writer = new BitWriter();
    writer.write(0b101, 3);
    writer.write(0b00111, 5);
    writer.write(1, 1);
    assert.deepEqual([...writer.bytes()], [0b10100111, 0b10000000]);
  });

  it('give back numbers of any width', () => {
    const anyNumber = fc.integer({ min: 0, max: 32 }).chain((width) => fc.tuple(fc.integer({ min: 0, max: 2 ** width - 1 }), fc.constant(width)));
    fc.assert(
      fc.property(fc.array(anyNumber), (numbers) => {
        const writer = new BitWriter();
        for (const [value, width] of numbers) writer.write(value, width);
        assert.equal(writer.bitLength, numbers.reduce((sum, [, width]) => sum + width, 0));
        const reader = new BitReader(writer.bytes());
        for (const [value, width] of numbers) assert.equal(reader.read(width), value);
        assert.ok(reader.remaining < 8);
      }),
    );
  });

  it('give back varints, gamma codes and bytes mixed', () => {
    const anyPart = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 2 ** 17 - 1 }), fc.uint8Array({ maxLength: 600 }));
    fc.assert(
      fc.property(fc.array(anyPart, { maxLength: 5 }), (parts) => {
        const writer = new BitWriter();
        for (const [varint, gamma, bytes] of parts) {
          writer.writeVarint(varint);
          writer.writeGamma(gamma);
          writer.writeBytes(bytes);
        }
        const reader = new BitReader(writer.bytes());
        for (const [varint, gamma, bytes] of parts) {
          assert.equal(reader.readVarint(), varint);
          assert.equal(reader.readGamma(), gamma);
          assert.deepEqual(reader.readBytes(bytes.length), bytes);
        }
        assert.equal(reader.remaining, 0);
      }),
    );
  });

  it('name the bit past which nothing can be read', () => {
    const reader = new BitReader(Uint8Array.of(1, 2));
    reader.read(11);
    assert.throws(() => reader.read(6), (error) => error instanceof FormatError && error.offset === 1 && /6 more bits from bit 11 on, got 5/.test(error.message));
    assert.equal(reader.read(5), 2);
    assert.throws(() => reader.read(1), /from bit 16 on, got 0/);
  });

  it('refuse bits that should only fill a byte', () => {
    const reader = new BitReader(Uint8Array.of(0b10000001, 7));
    reader.read(1);
    assert.throws(() => reader.align(), /must be zero/);
  });

  it('refuse varints and gamma codes without end', () => {
    assert.throws(() => new BitReader(new Uint8Array(9).fill(255)).readVarint(), /below 2\^32/);
    assert.throws(() => new BitReader(new Uint8Array(9)).readGamma(), /below 2\^17/);
  });
});
