import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deepCompressedWeights, readDeepCompressed, writeDeepCompressed, type CompressedLayer } from '../../src/formats';
import { damaged, deepCompressedFile, floats, joined, sizeOf, uints, type Layer } from './files';
import { assertRefused, assertRefusesBeginnings, readOrRefused } from './refused';

const bare = (layers: readonly Layer[]): CompressedLayer[] => layers.map(({ name, shape, bits }) => ({ name, shape, bits }));

const anyLayer: fc.Arbitrary<Layer> = fc.tuple(fc.nat(4), fc.nat(30), fc.constantFrom(4 as const, 8 as const)).chain(([out, ins, bits]) =>
  fc.record({
    name: fc.constant('layer'),
    shape: fc.constant([out, ins]),
    bits: fc.constant(bits),
    codebook: fc.array(fc.float({ noNaN: true }), { minLength: 2 ** bits, maxLength: 2 ** bits }).map(([, ...values]) => [0, ...values]),
    biases: fc.array(fc.float({ noNaN: true }), { minLength: out, maxLength: out }),
    codes: fc.array(fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 ** bits - 1 }) }), { minLength: out * ins, maxLength: out * ins }),
  }),
);
const anyNet = fc.array(anyLayer, { maxLength: 3 });

/** Two layers by hand: 3 entries of 8 bits with a filler, and 3 of 4 bits. */
const LAYERS: CompressedLayer[] = [
  { name: 'conv', shape: [2, 2, 3, 3], bits: 8 },
  { name: 'fc', shape: [1, 6], bits: 4 },
];
const BOOKS = [Array.from({ length: 256 }, (_, i) => i / 2), Array.from({ length: 16 }, (_, i) => -i)];
const FILE = joined(
  uints(4, 3, 3),
  floats(BOOKS[0]), floats([0.5, -0.5]), Uint8Array.of(200, 0, 7), Uint8Array.of(0xf2, 0x04), // gaps 2, 15, 4
  floats(BOOKS[1]), floats([9]), Uint8Array.of(0x91, 0x0f), Uint8Array.of(0x10, 0x01), // codes 1, 9, 15; gaps 0, 1, 1
);

describe('readDeepCompressed', () => {
  it('reads codes, gaps and positions', () => {
    const [conv, fc] = readDeepCompressed(FILE, LAYERS);
    assert.deepEqual(conv, { ...LAYERS[0], codebook: Float32Array.from(BOOKS[0]), codes: Uint8Array.of(200, 0, 7), gaps: Uint8Array.of(2, 15, 4), positions: Uint32Array.of(2, 18, 23), biases: Float32Array.of(0.5, -0.5) });
    assert.deepEqual([fc.codes, fc.gaps, fc.positions, fc.biases], [Uint8Array.of(1, 9, 15), Uint8Array.of(0, 1, 1), Uint32Array.of(0, 2, 4), Float32Array.of(9)]);
    assert.deepEqual(deepCompressedWeights(fc), { shape: [1, 6], values: Float32Array.of(-1, 0, -9, 0, -15, 0) });
    assert.deepEqual([...deepCompressedWeights(conv).values.entries()].filter(([, value]) => value !== 0), [[2, 100], [23, 3.5]]);
  });

  it('gives back every net that was written', () => {
    fc.assert(
      fc.property(anyNet, (layers) => {
        const read = readDeepCompressed(deepCompressedFile(layers), bare(layers));
        read.forEach((layer, i) => {
          const { codes, codebook, biases, shape } = layers[i];
          assert.deepEqual(deepCompressedWeights(layer), { shape, values: Float32Array.from(codes, (code) => codebook[code]) });
          assert.deepEqual(layer.biases, Float32Array.from(biases));
        });
      }),
      { numRuns: 300 },
    );
  });

  it('says what is wrong, and where', () => {
    const read = (change: (bytes: Uint8Array) => Uint8Array | void, layers = LAYERS) => () => {
      const copy = FILE.slice();
      return readDeepCompressed(change(copy) ?? copy, layers);
    };
    const conv = 8 + 4 * 256 + 8; // where its codes begin
    assertRefused(read(() => new Uint8Array(2)), /readDeepCompressed: the number of entries of conv must have 4 bytes, got 2/, 0);
    assertRefused(read((copy) => void (copy[7] = 1)), /fc \[1, 6\] must have at most 6 entries, got 16777219; is the net another\?/, 4);
    assertRefused(read((copy) => copy.subarray(0, 100)), /the codebook of conv must have 1024 bytes, got 92/, 8);
    assertRefused(read((copy) => void (copy[11] = 66)), /the codebook of conv must begin with 0, got 32/, 8);
    assertRefused(read((copy) => copy.subarray(0, conv + 1)), /the codes of conv must have 3 bytes, got 1/, conv);
    assertRefused(read((copy) => void (copy[conv + 4] = 0x14)), /the gaps of conv must end with 4 bits of zeros/, conv + 4);
    assertRefused(read((copy) => void (copy[FILE.length - 1] = 4)), /positions in fc must be below 6, got 7/, FILE.length - 2);
    assertRefused(read((copy) => joined(copy, copy)), /the file must end here, got \d+ more bytes/, FILE.length);
    assertRefused(read((copy) => copy, LAYERS.slice(0, 1)), /./);
  });

  it('refuses every beginning of a file', () => assertRefusesBeginnings(FILE, (bytes) => readDeepCompressed(bytes, LAYERS)));

  it('reads or refuses damaged files', () => {
    fc.assert(
      fc.property(fc.oneof(anyNet, anyNet).chain((layers) => fc.tuple(fc.constant(bare(layers)), damaged(fc.constant(deepCompressedFile(layers))))), ([layers, bytes]) => {
        for (const layer of readOrRefused(bytes, (file) => readDeepCompressed(file, layers)) ?? []) {
          assert.ok(layer.positions.every((position, i) => position < sizeOf(layer.shape) && (i === 0 || position > layer.positions[i - 1])));
          assert.equal(deepCompressedWeights(layer).values.length, sizeOf(layer.shape));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('writeDeepCompressed', () => {
  it('writes the bytes of every net that was read', () => {
    assert.deepEqual(writeDeepCompressed(readDeepCompressed(FILE, LAYERS)), FILE);
    fc.assert(
      fc.property(anyNet, (layers) => {
        const file = deepCompressedFile(layers);
        assert.deepEqual(writeDeepCompressed(readDeepCompressed(file, bare(layers))), file);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a layer that does not fit', () => {
    const [conv] = readDeepCompressed(FILE, LAYERS);
    const refuses = (change: Partial<typeof conv>, message: RegExp) => assert.throws(() => writeDeepCompressed([{ ...conv, ...change }]), message);
    refuses({ codebook: new Float32Array(16) }, /writeDeepCompressed: conv must have a codebook of 256 values, got 16/);
    refuses({ codebook: new Float32Array(256).fill(1) }, /a codebook that begins with 0, got 1/);
    refuses({ biases: new Float32Array(3) }, /conv must have 2 biases, got 3/);
    refuses({ gaps: new Uint8Array(2) }, /a gap for each of its 3 codes, got 2/);
    refuses({ bits: 4, codebook: new Float32Array(16) }, /codes below 16, got 200/);
    refuses({ gaps: Uint8Array.of(2, 16, 4) }, /gaps below 16, got 16/);
    refuses({ gaps: Uint8Array.of(15, 15, 15) }, /positions below 36, got 47/);
  });
});
