import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { FormatError, decode, encode, toSigns, valuesOf, type PackedModel, type SignsTensor } from '../../src/codec';
import { bernoulli, foldIn, key, uniform } from '../../src/random';
import { sizeOf } from '../../src/system';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const fileOf = (...tensors: PackedModel['tensors']) => encode({ architecture: '{}', tensors });

/** Drawn values ±scale, `scales` of them taken in turn along the last axis. */
function drawn(shape: readonly number[], scales: number): Float32Array {
  const use = foldIn(key(3), `${shape.join()} ${scales}`);
  const magnitudes = scales === 0 ? Float32Array.of(1) : uniform(use, scales).map((draw) => draw + 0.25);
  return Float32Array.from(bernoulli(foldIn(use, 'signs'), sizeOf(shape), 0.5), (up, i) => (up ? 1 : -1) * magnitudes[i % magnitudes.length]);
}

const signsTensor = (shape: readonly number[], scales: number): SignsTensor => {
  const made = toSigns(shape, drawn(shape, scales));
  assert.ok(made);
  return { kind: 'signs', name: 'w', shape, ...made };
};

/** A file of one tensor of signs, w, read by docs/format.md alone; scales have at most 32 bits and take whole bytes with what fills the last. */
function readByThePage(file: Uint8Array): number[] {
  assert.equal(hex(file.subarray(0, 11)), '53515a02050002' + '7b7d0177');
  let at = 11;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = file[at++];
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  const bits = (from: number, count: number) => Array.from({ length: count }, (_, i) => (file[from + Math.floor(i / 8)] >> (7 - (i % 8))) & 1).join('');
  assert.equal(bits(at++, 8), '00000001');
  const shape = Array.from({ length: file[at++] }, varint);
  const count = varint();
  const scales = count === 0 ? [1] : [];
  if (count > 0) {
    const width = file[at++];
    const all = bits(at, count * width);
    const word = new DataView(new ArrayBuffer(4));
    for (let i = 0; i < count; i++) {
      word.setUint32(0, Number.parseInt(all.slice(i * width, (i + 1) * width).padEnd(32, '0'), 2));
      scales.push(word.getFloat32(0));
    }
    at += Math.ceil((count * width) / 8);
  }
  const size = shape.reduce((product, length) => product * length, 1);
  assert.equal(file.length, at + Math.ceil(size / 8) + 4);
  return Array.from(bits(at, size), (bit, i) => (bit === '1' ? 1 : -1) * scales[i % scales.length]);
}

describe('signs in a packed file', () => {
  it('are these bytes, in a file of version 2', () => {
    const model: PackedModel = {
      architecture: '{}',
      tensors: [
        { kind: 'signs', name: 'a', shape: [10], signs: Uint8Array.of(0b10110010, 0b01000000), scales: new Float32Array(0) },
        { kind: 'signs', name: 'b', shape: [2, 2], signs: Uint8Array.of(0b01100000), scales: Float32Array.of(0.75) },
        { kind: 'signs', name: 'c', shape: [2, 2], signs: Uint8Array.of(0b01100000), scales: Float32Array.of(1.5, 2) },
        { kind: 'dense', name: 'd', shape: [2], values: Float32Array.of(0.5, 0) },
      ],
    };
    const parts = [
      '53515a02', // SQZ, version 2
      '0b00 027b7d 0161 0162 0163 0164', // a text of 11 bytes, not deflated: {}, a, b, c, d
      '01 010a 00 b240', // 000000 01 (signs); one axis of 10; no scales; the bits
      '01 020202 01 0a3f40 60', // two axes of 2; one scale of 10 bits: 0011111101 (0.75); the bits
      '01 020202 02 0a3fd000 60', // two scales of 10 bits: 0011111111 (1.5), 0100000000 (2)
      '00 0102 083f00', // dense, as in version 1
      'ec513cfb', // CRC-32
    ];
    const bytes = Buffer.from(parts.join('').replaceAll(' ', ''), 'hex');
    assert.equal(hex(encode(model).bytes), hex(bytes));
    assert.deepEqual(decode(new Uint8Array(bytes)).tensors, model.tensors);
  });

  it('come back bit by bit, read by the codec and by the page, with each number of scales', () => {
    for (const shape of [[], [1], [8], [13], [1, 1], [3, 1], [1, 5], [7, 9], [3, 3, 2, 5], [2, 300]]) {
      const last = shape.length > 1 ? [shape[shape.length - 1]] : [];
      for (const scales of [0, 1, ...last]) {
        const tensor = signsTensor(shape, scales);
        assert.equal(tensor.scales.length, scales);
        const { bytes } = fileOf(tensor);
        const back = decode(bytes);
        assert.deepEqual(back.tensors, [tensor]);
        assert.deepEqual(valuesOf(back.tensors[0]), drawn(shape, scales));
        assert.deepEqual(readByThePage(bytes), [...drawn(shape, scales)]);
        assert.deepEqual(encode(back).bytes, bytes);
      }
    }
    const empty: SignsTensor = { kind: 'signs', name: 'w', shape: [0, 5], signs: new Uint8Array(0), scales: new Float32Array(0) };
    assert.deepEqual(decode(fileOf(empty).bytes).tensors, [empty]);
  });

  it('take a bit a value: the codes, the scales and a few bytes', () => {
    const { sections, tensors } = fileOf(signsTensor([100, 50], 50));
    assert.deepEqual(sections.filter(({ tensor }) => tensor).map(({ kind, bytes }) => [kind, bytes]), [['header', 5], ['codebook', 1 + 4 * 50], ['codes', 625]]);
    assert.deepEqual(tensors[0].shared, { entries: 5000, fillers: 0, weightBits: 1, indexBits: 0, codeBits: 5000, gapBits: 0 });
    assert.deepEqual([tensors[0].kept, tensors[0].clusters, tensors[0].scales], [5000, 2, 50]);
  });

  it('are made of one magnitude, or of one for each index of the last axis, and of nothing else', () => {
    const made = (shape: number[], ...values: number[]) => toSigns(shape, Float32Array.from(values));
    assert.deepEqual(made([4], 1, -1, -1, 1), { signs: Uint8Array.of(0b10010000), scales: new Float32Array(0) });
    assert.deepEqual(made([2, 2], 3, -3, -3, -3), { signs: Uint8Array.of(0b10000000), scales: Float32Array.of(3) });
    assert.deepEqual(made([2, 2], 3, -1, -3, 1), { signs: Uint8Array.of(0b10010000), scales: Float32Array.of(3, 1) });
    assert.equal(made([4], 3, -1, -3, 1), undefined);
    assert.equal(made([2, 2], 3, -1, 1, -3), undefined);
    for (const odd of [0, NaN, Infinity]) assert.equal(made([2], odd, odd), undefined);
    assert.equal(made([2, 2], 1, 1, 1, NaN), undefined);
    assert.equal(made([0, 2]), undefined);
  });

  it('are refused when they contradict themselves', () => {
    const refused = (change: Partial<SignsTensor>, message: RegExp) => assert.throws(() => fileOf({ ...signsTensor([3, 3], 3), ...change }), (error) => error instanceof RangeError && message.test(error.message));
    refused({ signs: new Uint8Array(1) }, /'w' must have 2 bytes of signs, a bit for each value of its shape \[3, 3\], got 1/);
    refused({ signs: Uint8Array.of(255, 0b11000000) }, /'w' must have zeros in the bits that fill the last byte/);
    refused({ scales: new Float32Array(2).fill(1) }, /'w' must have no scale, one, or .*, got 2 for \[3, 3\]/);
    refused({ shape: [9], scales: new Float32Array(9).fill(1) }, /got 9 for \[9\]/);
    refused({ shape: [0, 3], signs: new Uint8Array(0) }, /no more of them than values, got 3 for \[0, 3\]/);
    for (const scale of [0, -1, NaN, Infinity]) refused({ scales: Float32Array.of(1, scale, 1) }, new RegExp(`'w' must have scales that are finite and above 0, got ${scale}`));
    refused({ shape: [-3, -3] }, /shape of whole numbers/);
  });

  it('are refused in a file where they are wrong, cut short or of another version', () => {
    const forged = (version: number, ...record: number[]) => () => {
      const bytes = Uint8Array.of(0x53, 0x51, 0x5a, version, 5, 0, 2, 0x7b, 0x7d, 1, 0x77, ...record, 0, 0, 0, 0);
      new DataView(bytes.buffer).setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)));
      return decode(bytes).tensors[0];
    };
    const refused = (read: () => unknown, message: RegExp, offset: number) => assert.throws(read, (error) => error instanceof FormatError && message.test(error.message) && error.offset === offset);
    assert.deepEqual([...valuesOf(forged(2, 1, 1, 3, 0, 0b10100000)())], [1, -1, 1]);
    assert.deepEqual([...valuesOf(forged(2, 1, 2, 1, 2, 2, 16, 0x3f, 0x80, 0x40, 0x40, 0b01000000)())], [-1, 3]);
    refused(forged(1, 1, 1, 3, 0, 0b10100000), /a file with signs must be of version 2, got 1/, 3);
    refused(forged(2, 0, 1, 1, 8, 0x3f), /a file without signs must be of version 1, got 2/, 3);
    refused(forged(2, 1, 1, 3, 0, 0b10110000), /'w' must have zeros in the bits that fill/, 11);
    refused(forged(2, 1, 1, 9, 0, 255), /cut short/, 15);
    refused(forged(2, 1, 1, 3, 0, 0b10100000, 0), /tensors must end where the checksum begins/, 16);
    refused(forged(2, 1, 1, 3, 2, 8, 0x3f, 0x3f, 0b10100000), /'w' must have no scale, one, or .*, got 2 for \[3\]/, 11);
    refused(forged(2, 1, 2, 0, 3, 3, 8, 0x3f, 0x3f, 0x3f), /no more of them than values, got 3 for \[0, 3\]/, 11);
    for (const [high, low, shown] of [[0, 0, '0'], [0xbf, 0x80, '-1'], [0x7f, 0x80, 'Infinity'], [0x7f, 0xc0, 'NaN']] as const) {
      refused(forged(2, 1, 1, 3, 1, 16, high, low, 0b10100000), new RegExp(`scales that are finite and above 0, got ${shown}`), 11);
    }
    for (const kind of [2, 3, 0b10000001, 0b01000001, 0b00000101]) refused(forged(2, kind, 1, 3, 0, 0b10100000), /'w' is of no known kind/, 11);
    refused(forged(2, 1, 2, 255, 255, 255, 255, 15, 2, 0), /'w' must have at most \d+ values in a file of this length/, 11);
  });
});
