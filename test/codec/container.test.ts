import assert from 'node:assert/strict';
import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { FormatError, decode, encode, type PackedModel, type SharedTensor } from '../../src/codec';
import { BitWriter } from '../../src/codec/bits';
import { bernoulli, integers, key, split, uniform } from '../../src/random';
import { anyModel } from './models';

const [maskKey, codeKey, biasKey] = split(key(2), 3);

function sharedTensor(shape: number[], density: number, clusters: number): SharedTensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const mask = bernoulli(maskKey, size, density);
  const codes = Uint8Array.from(integers(codeKey, size, clusters), (code, i) => mask[i] * (code + 1));
  return { kind: 'shared', name: 'fc/kernel', shape, codebook: uniform(biasKey, clusters), codes };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('packed file', () => {
  it('is these bytes for a small model', () => {
    // Fig. 2 of Han et al. 2016: weights at 1, 4 and 15 of 16, a gap of 3 bits, one filler.
    const model: PackedModel = {
      architecture: '{}',
      tensors: [
        { kind: 'shared', name: 'w', shape: [16], codebook: Float32Array.of(1.5, -2), codes: Uint8Array.of(0, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), indexBits: 3 },
        { kind: 'dense', name: 'b', shape: [2], values: Float32Array.of(0.5, 0) },
      ],
    };
    const parts = [
      '53515a01', // SQZ, version 1
      '0700 027b7d 0177 0162', // a text of 7 bytes, not deflated: {}, w, b
      '8c 0110 02 04', // 1 (shared) 0 (rows) 0011 (index bits) 00; one axis of 16; 2 clusters, 4 entries
      '0a 3ff000', // 10 bits of a value: 0011111111 (1.5), 1100000000 (-2)
      '0200 91', // fixed width of 2 bits from symbol 0: codes 10 01 00 01
      '0301 0710', // fixed width of 3 bits from symbol 1: gaps 1, 2, 7, 2, less 1: 000 001 110 001
      '00 0102', // dense; one axis of 2
      '08 3f00', // 8 bits of a value: 3f (0.5), 00
      'fca45869', // CRC-32
    ];
    assert.equal(hex(encode(model).bytes), parts.join('').replaceAll(' ', ''));
  });

  it('is these bytes where Huffman codes are smaller', () => {
    const codes = Uint8Array.from({ length: 40 }, (_, i) => (i < 30 ? 1 : i < 36 ? 2 : 3));
    const { bytes, sections } = encode({ architecture: '', tensors: [{ kind: 'shared', name: 'w', shape: [40], codebook: Float32Array.of(1, 2, 3), codes }] });
    const section = (kind: string) => sections.filter((other) => other.kind === kind).map(({ offset, bytes: length }) => hex(bytes.subarray(offset, offset + length)))[0];
    // Lengths 0, 1, 2, 2 for the symbols 0 to 3, as differences 0, +1, +1, 0: 1 011 011 1.
    assert.equal(section('codes table'), 'ff07b7');
    // 30 times 0, 6 times 10, 4 times 11.
    assert.equal(section('codes'), '00000002aabfc0');
  });

  it('gives back every model, bit for bit', () => {
    fc.assert(
      fc.property(anyModel, (model) => {
        const { bytes } = encode(model);
        const back = decode(bytes);
        assert.equal(back.architecture, model.architecture);
        assert.equal(back.tensors.length, model.tensors.length);
        back.tensors.forEach((tensor, i) => {
          const expected = model.tensors[i];
          assert.deepEqual([tensor.kind, tensor.name, tensor.shape], [expected.kind, expected.name, expected.shape]);
          if (tensor.kind === 'dense' && expected.kind === 'dense') assert.equal(words(tensor.values), words(expected.values));
          if (tensor.kind === 'shared' && expected.kind === 'shared') {
            assert.deepEqual(tensor.codes, expected.codes);
            assert.equal(words(tensor.codebook), words(expected.codebook));
          }
          if (tensor.kind === 'signs' && expected.kind === 'signs') {
            assert.deepEqual(tensor.signs, expected.signs);
            assert.equal(words(tensor.scales), words(expected.scales));
          }
        });
        assert.deepEqual(encode(back).bytes, bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('says of every byte what it is, when written and when read', () => {
    fc.assert(
      fc.property(anyModel, (model) => {
        const { bytes, sections, tensors } = encode(model);
        assert.deepEqual(decode(bytes).account, { sections, tensors });
        let offset = 0;
        for (const section of sections) {
          assert.equal(section.offset, offset);
          offset += section.bytes;
        }
        assert.equal(offset, bytes.length);
      }),
    );
  });

  it('counts entries, fillers and bits as its streams hold them', () => {
    const tensor = { ...sharedTensor([40, 30], 0.1, 6), indexBits: 3 };
    const { tensors, sections } = encode({ architecture: '', tensors: [tensor] });
    const { shared, kept } = tensors[0];
    const bytesOf = (kind: string) => sections.filter((section) => section.kind === kind).reduce((sum, section) => sum + section.bytes, 0);
    assert.ok(shared && shared.fillers > 0);
    assert.equal(kept, tensor.codes.filter((code) => code > 0).length);
    assert.equal(shared.entries, kept + shared.fillers);
    assert.equal(shared.indexBits, 3);
    assert.equal(Math.ceil(shared.codeBits / 8), bytesOf('codes'));
    assert.equal(Math.ceil(shared.gapBits / 8), bytesOf('gaps'));
  });

  it('takes the index bits that make it smallest when none are asked for', () => {
    const tensor = sharedTensor([100, 50], 0.05, 6);
    const chosen = encode({ architecture: '', tensors: [tensor] }).bytes.length;
    const sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((indexBits) => encode({ architecture: '', tensors: [{ ...tensor, indexBits }] }).bytes.length);
    assert.equal(chosen, Math.min(...sizes));
  });

  it('scans by columns when that is smaller', () => {
    const rows = 64;
    const codes = new Uint8Array(rows * 32);
    for (let row = 0; row < rows; row++) for (const column of [3, 20, 21, 27]) codes[row * 32 + column] = 1 + (row % 2);
    const size = (shape: number[]) => encode({ architecture: '', tensors: [{ kind: 'shared', name: 'w', shape, codebook: Float32Array.of(1, 2), codes }] }).bytes.length;
    assert.ok(size([rows, 32]) < size([rows * 32]));
  });

  it('spends nothing on the positions of a tensor that is not pruned', () => {
    const { bytes, tensors } = encode({ architecture: '', tensors: [sharedTensor([1000], 1, 4)] });
    assert.equal(tensors[0].shared?.gapBits, 0);
    assert.ok(bytes.length < 1000 / 4 + 60, `${bytes.length} bytes for 1000 codes of 2 bits`);
  });

  it('has an overhead of a few hundred bytes', () => {
    const architecture = JSON.stringify({ name: 'LeNet-300-100', layers: [784, 300, 100, 10].map((units, i) => ({ class: 'Dense', name: `fc${i}`, units, activation: 'relu' })) });
    const { sections } = encode({ architecture, tensors: [784, 300, 100].map((units) => sharedTensor([units, 10], 0.1, 32)) });
    const overhead = sections.filter(({ kind }) => !['codebook', 'codes', 'gaps', 'values'].includes(kind));
    assert.ok(overhead.reduce((sum, { bytes }) => sum + bytes, 0) < 300);
  });

  it('refuses a tensor that contradicts itself', () => {
    const refused = (change: object, message: RegExp) =>
      assert.throws(() => encode({ architecture: '', tensors: [{ ...sharedTensor([4, 5], 0.5, 3), ...change }] }), message);
    refused({ shape: [4, 4] }, /'fc\/kernel' must have as many values as its shape \[4, 4\], got 20/);
    refused({ shape: [-4, -5] }, /shape of whole numbers/);
    refused({ codes: new Uint8Array(20).fill(4) }, /codes up to 3, the size of its codebook, got 4/);
    refused({ indexBits: 9 }, /0 to 8 index bits, got 9/);
    assert.throws(() => encode({ architecture: '', tensors: [{ kind: 'shared', name: 'w', shape: [2 ** 21], codebook: new Float32Array(0), codes: new Uint8Array(2 ** 21) }] }), /must hold at most/);
  });

  it('is refused when it is something else, newer, cut short or damaged', () => {
    const { bytes } = encode({ architecture: '{}', tensors: [sharedTensor([20, 30], 0.2, 5)] });
    const refused = (change: (copy: Uint8Array) => Uint8Array | void, message: RegExp, offset: number) => {
      const copy = bytes.slice();
      const changed = change(copy) ?? copy;
      assert.throws(() => decode(changed), (error) => error instanceof FormatError && message.test(error.message) && error.offset === offset);
    };
    refused(() => new Uint8Array(0), /must begin with 'SQZ'/, 0);
    refused((copy) => void (copy[1] = 0), /must begin with 'SQZ'/, 0);
    refused((copy) => void (copy[3] = 3), /of version 3, this squeezelab reads up to 2/, 3);
    refused((copy) => copy.subarray(0, 6), /cut short/, 6);
    refused((copy) => copy.subarray(0, -1), /checksum/, bytes.length - 5);
    refused((copy) => void (copy[40] ^= 8), /checksum/, bytes.length - 4);
  });

  it('refuses forged sizes before it takes memory for them', () => {
    const forged = (write: (writer: BitWriter) => void) => () => {
      const writer = new BitWriter();
      writer.writeBytes(Uint8Array.of(0x53, 0x51, 0x5a, 1));
      write(writer);
      writer.align();
      writer.write(crc32(writer.bytes()), 32);
      return decode(writer.bytes());
    };
    const text = (writer: BitWriter) => writer.writeBytes(Uint8Array.of(3, 0, 0, 1, 0x77));
    const shape = (...axes: number[]) => (writer: BitWriter) => {
      text(writer);
      writer.write(0x80, 8);
      writer.write(axes.length, 8);
      for (const axis of axes) writer.writeVarint(axis);
    };
    assert.throws(forged(shape(2 ** 32 - 1, 2 ** 32 - 1)), /'w' must have at most 10\d{5} values/);
    assert.throws(forged(shape(...new Array<number>(40).fill(2 ** 32 - 1), 0)), /'w' must have at most/);
    const clusters = (count: number, entries: number) => (writer: BitWriter) => {
      shape(1000)(writer);
      writer.writeVarint(count);
      writer.writeVarint(entries);
      writer.write(32, 8);
    };
    assert.throws(forged(clusters(65536, 1)), /at most 65535 clusters/);
    assert.throws(forged(clusters(65535, 1)), /must have 2097120 more bits/);
    assert.throws(forged(clusters(1, 1001)), /at most 1000 entries/);
    const pruned = (writer: BitWriter) => {
      writer.writeBytes(Uint8Array.of(0x80, 1));
      writer.writeVarint(2 ** 20);
      writer.writeBytes(Uint8Array.of(0, 0, 1, 0, 0)); // no clusters, no entries, 1 bit of a value, fixed width of 0 bits from 0
    };
    const twoNames = Uint8Array.of(5, 0, 0, 1, 0x77, 1, 0x78);
    assert.throws(forged((writer) => (writer.writeBytes(twoNames), pruned(writer), pruned(writer))), /'x' must have at most \d{4} values in a file of this length, got 1048576/);
    const codeBeyond = Uint8Array.of(0x80, 1, 4, 1, 1, 1, 0x80, 0, 2);
    assert.throws(forged((writer) => (text(writer), writer.writeBytes(codeBeyond))), /symbols must be below 2, got 2/);
    const bomb = deflateRawSync(new Uint8Array(2 ** 24 + 1));
    const inflated = (declared: number) => (writer: BitWriter) => {
      writer.writeVarint(declared);
      writer.writeVarint(bomb.length);
      writer.writeBytes(bomb);
    };
    assert.throws(forged(inflated(2 ** 24 + 1)), /text must have at most 4194304 bytes/);
    assert.throws(forged(inflated(100)), /must be readable/);
    const deflated = (plain: Uint8Array, more: number[]) => (writer: BitWriter) => {
      const stored = Buffer.concat([deflateRawSync(plain), Uint8Array.from(more)]);
      writer.writeVarint(plain.length);
      writer.writeVarint(stored.length);
      writer.writeBytes(stored);
    };
    assert.deepEqual(forged(deflated(Uint8Array.of(1, 0x77), []))().architecture, 'w');
    assert.throws(forged(deflated(Uint8Array.of(1, 0x77), [0])), /must be readable, got: 1 bytes after the deflated text/);
    // Four million names of no letters, in 4 KB.
    assert.throws(forged(deflated(new Uint8Array(2 ** 22), [])), /must be readable, got: names of more than 65536 tensors/);
  });

  it('is refused where the page has one way to write a thing and the file another', () => {
    const tensor = (...bytes: number[]) => () => {
      const writer = new BitWriter();
      writer.writeBytes(Uint8Array.of(0x53, 0x51, 0x5a, 1, 3, 0, 0, 1, 0x77, ...bytes));
      writer.write(crc32(writer.bytes()), 32);
      return decode(writer.bytes());
    };
    // Shared, gaps of 1 bit, four values; a codebook of 1; entries' codes and gaps in one bit each, from 0.
    const entries = (count: number, codes: number, gaps: number) => tensor(0x84, 1, 4, 1, count, 9, 0x3f, 0x80, 1, 0, codes, 1, 0, gaps);
    assert.deepEqual([...(entries(3, 0b01100000, 0b10000000)().tensors[0] as SharedTensor).codes], [0, 0, 1, 1]);
    assert.throws(entries(3, 0b01100000, 0b00000000), /a filler of 'w' must have the largest gap, 1, got 0/);
    assert.throws(entries(2, 0b10000000, 0b01000000), /the last entry of 'w' must not be a filler/);
    assert.throws(entries(3, 0b11100000, 0b11100000), /positions of 'w' must be below 4, got 5/);
    assert.throws(tensor(0x80, 1, 4, 0, 0, 1, 0, 1), /without symbols the smallest one must be 0, got 1/);
    assert.throws(tensor(0, 1, 0x81, 0, 9, 0x3f, 0x80), /a number must take as few bytes as it can/);
  });
});

const words = (values: Float32Array): string => hex(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
