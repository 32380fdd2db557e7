import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canonicalCodes, codeLengths } from '../../src/codec';
import { BitReader, BitWriter } from '../../src/codec/bits';
import { histogram, readHuffman, readLengths, writeHuffman, writeLengths } from '../../src/codec/huffman';

const bitsOf = (frequencies: number[], lengths: ArrayLike<number>) => frequencies.reduce((sum, frequency, i) => sum + frequency * lengths[i], 0);
const kraft = (lengths: Uint8Array) => lengths.reduce((sum, length) => sum + (length > 0 ? 2 ** -length : 0), 0);
const anyFrequencies = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1e6 })), { minLength: 2, maxLength: 300 });
const occurring = (frequencies: number[]) => frequencies.filter((frequency) => frequency > 0).length;

function roundTrip(symbols: Uint8Array | Uint16Array, lengths: Uint8Array): Uint16Array {
  const writer = new BitWriter();
  writeHuffman(writer, symbols, lengths);
  const bytes = writer.bytes();
  const back = new Uint16Array(symbols.length);
  readHuffman(new BitReader(bytes), bytes.length, lengths, back);
  return back;
}

describe('Huffman codes', () => {
  it("have the mean length of Huffman's own example (1952, Table I): 3.42 bits", () => {
    const frequencies = [20, 18, 10, 10, 10, 6, 6, 4, 4, 4, 4, 3, 1];
    assert.equal(bitsOf(frequencies, codeLengths(frequencies)), 342);
  });

  it('are the canonical ones of RFC 1951, section 3.2.2', () => {
    const codes = canonicalCodes(Uint8Array.of(3, 3, 3, 3, 3, 2, 4, 4));
    assert.deepEqual([...codes], [0b010, 0b011, 0b100, 0b101, 0b110, 0b00, 0b1110, 0b1111]);
  });

  it('are complete, and their mean length is from the entropy H to below H + 1', () => {
    fc.assert(
      fc.property(anyFrequencies, (frequencies) => {
        fc.pre(occurring(frequencies) > 1);
        const lengths = codeLengths(frequencies);
        const total = frequencies.reduce((sum, frequency) => sum + frequency, 0);
        const entropy = frequencies.reduce((sum, frequency) => sum - (frequency > 0 ? (frequency / total) * Math.log2(frequency / total) : 0), 0);
        const mean = bitsOf(frequencies, lengths) / total;
        assert.equal(kraft(lengths), 1);
        assert.ok(mean > entropy - 1e-9 && mean < entropy + 1, `H ${entropy}, mean ${mean}`);
      }),
    );
  });

  it('are the best ones within their limit, found by trying all', () => {
    const anyFew = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(anyFew, fc.integer({ min: 3, max: 4 }), (frequencies, limit) => {
        const best = (symbol: number, room: number): number => {
          if (room < 0) return Infinity;
          if (symbol === frequencies.length) return 0;
          let least = Infinity;
          for (let length = 1; length <= limit; length++) least = Math.min(least, frequencies[symbol] * length + best(symbol + 1, room - 2 ** (limit - length)));
          return least;
        };
        const lengths = codeLengths(frequencies, limit);
        assert.ok(lengths.every((length) => length <= limit));
        assert.equal(bitsOf(frequencies, lengths), best(0, 2 ** limit));
      }),
      { numRuns: 40 },
    );
  });

  it('stay at 15 bits for Fibonacci frequencies, which ask for more', () => {
    const frequencies = [1, 1];
    while (frequencies.length < 30) frequencies.push(frequencies[frequencies.length - 1] + frequencies[frequencies.length - 2]);
    const lengths = codeLengths(frequencies);
    assert.equal(Math.max(...lengths), 15);
    assert.equal(kraft(lengths), 1);
  });

  it('give back the symbols, and the lengths', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 400 }).map((x) => Math.floor((x * x) / 400)), { maxLength: 2000 }), (symbols) => {
        const run = Uint16Array.from(symbols);
        const lengths = codeLengths(histogram(run, 401));
        assert.deepEqual(roundTrip(run, lengths), run);
        if (new Set(symbols).size < 2) return;
        const writer = new BitWriter();
        writeLengths(writer, lengths);
        assert.deepEqual(readLengths(new BitReader(writer.bytes()), 401), lengths);
      }),
    );
  });

  it('take one bit for a lone symbol and none for no symbols', () => {
    const lengths = codeLengths([0, 0, 7]);
    assert.deepEqual([...lengths], [0, 0, 1]);
    assert.deepEqual([...roundTrip(Uint8Array.of(2, 2, 2), lengths)], [2, 2, 2]);
    assert.deepEqual([...codeLengths([0, 0])], [0, 0]);
    assert.equal(roundTrip(new Uint8Array(0), codeLengths([0, 0])).length, 0);
  });

  it('are refused when over- or under-subscribed, whichever way they come', () => {
    const read = (...lengths: number[]) => () => readHuffman(new BitReader(new Uint8Array(1)), 1, Uint8Array.from(lengths), new Uint8Array(1));
    assert.throws(read(1, 1, 1), /over-subscribed/);
    assert.throws(read(1, 2), /under-subscribed/);
    assert.throws(read(0, 2), /under-subscribed/);
    const written = (...folded: number[]) => {
      const writer = new BitWriter();
      for (const value of folded) writer.writeGamma(value);
      return new BitReader(writer.bytes());
    };
    assert.throws(() => readLengths(written(5, 1, 1, 3), 3), /under-subscribed/);
    assert.throws(() => readLengths(written(5, 2, 1), 3), /over-subscribed/);
    assert.throws(() => readLengths(written(33), 3), /0 to 15, got 16/);
    assert.throws(() => readLengths(written(2), 3), /0 to 15, got -1/);
  });

  it('must fill their bytes exactly', () => {
    const lengths = Uint8Array.of(1, 2, 2);
    const read = (bytes: number[], count: number) => () => readHuffman(new BitReader(Uint8Array.from(bytes)), bytes.length, lengths, new Uint8Array(count));
    assert.throws(read([0xff], 5), /5 codes must fill 1 bytes, got 9 bits/);
    assert.throws(read([0xff, 0], 4), /4 codes must fill 2 bytes, got 8 bits/);
    assert.throws(read([0b11110001], 3), /must be zero/);
  });

  it('are refused for more symbols than the limit allows', () => {
    assert.throws(() => codeLengths([1, 1, 1, 1, 1], 2), /at most 2\^2 symbols/);
  });
});
