import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readSafetensors, writeSafetensors } from '../../src/formats';
import { damaged, floats, joined, safetensorsFile, sizeOf, uints } from './files';
import { assertRefused, assertRefusesBeginnings, readOrRefused } from './refused';

const tensor = (dtype: string, shape: number[], begin: number, end: number) => ({ dtype, shape, data_offsets: [begin, end] });

const HALVES = [15360, 49152, 31743, 1, 1023, 13653, 31744, 32768];
const WIDTHS = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, U64: 8, C64: 8, I32: 4, U32: 4, I16: 2, U16: 2, I8: 1, U8: 1, BOOL: 1, F8_E4M3: 1, F8_E5M2: 1, F8_E8M0: 1, F8_E4M3FNUZ: 1, F8_E5M2FNUZ: 1, F6_E2M3: 0.75, F6_E3M2: 0.75, F4: 0.5 };
const MIXED = safetensorsFile(
  { __metadata__: { format: 'pt' }, second: tensor('F16', [2, 4], 12, 28), first: tensor('F32', [3], 0, 12), none: tensor('F32', [0, 7], 12, 12), third: tensor('BF16', [], 28, 30) },
  joined(floats([1.5, -2, 0.1]), uints(2, ...HALVES), uints(2, 0xc049)),
);

const anyFile = fc.array(fc.tuple(fc.constantFrom('F64', 'F32', 'F16', 'BF16', 'I64', 'U8'), fc.array(fc.nat(3), { maxLength: 3 })), { maxLength: 4 }).map((tensors) => {
  let end = 0;
  const entries = tensors.map(([dtype, shape], i) => [`t${i}`, tensor(dtype, shape, end, (end += sizeOf(shape) * WIDTHS[dtype]))] as const);
  return safetensorsFile(Object.fromEntries(entries), Uint8Array.from({ length: end }, (_, i) => (37 * i) % 256));
});

describe('readSafetensors', () => {
  it('reads F32, and widens F16 and BF16', () => {
    const read = readSafetensors(MIXED);
    assert.deepEqual([...read.keys()], ['first', 'none', 'second', 'third']);
    assert.deepEqual(read.get('first'), { shape: [3], values: Float32Array.of(1.5, -2, 0.1) });
    assert.deepEqual(read.get('none'), { shape: [0, 7], values: new Float32Array(0) });
    // np.array([...], dtype='<u2').view('<f2').astype('<f4') of NumPy 2.4.6: ordinary numbers, the largest, the least, subnormal ones, infinity, -0
    assert.deepEqual(read.get('second'), { shape: [2, 4], values: Float32Array.of(1, -2, 65504, 5.960464477539063e-8, 6.097555160522461e-5, 0.333251953125, Infinity, -0) });
    assert.deepEqual(read.get('third'), { shape: [], values: Float32Array.of(-3.140625) }); // pi's upper half: 0x4049
    assert.equal(readSafetensors(safetensorsFile({ nan: tensor('F16', [1], 0, 2) }, uints(2, 0x7e00))).get('nan')!.values[0], NaN);
  });

  it('rounds F64 to float32', () => {
    const file = safetensorsFile({ a: tensor('F64', [2], 0, 16) }, new Uint8Array(Float64Array.of(0.1, -1e300).buffer));
    assert.deepEqual(readSafetensors(file).get('a')!.values, Float32Array.of(0.1, -Infinity));
  });

  it('leaves tensors of other types out if asked to, and still knows where they end', () => {
    for (const [type, width] of Object.entries(WIDTHS)) {
      const end = 4 * width;
      const file = safetensorsFile({ count: tensor(type, [4], 0, end), weight: tensor('F32', [1], end, end + 4) }, joined(new Uint8Array(end), floats([7])));
      const read = readSafetensors(file, { others: 'leave out' });
      assert.deepEqual(read.get('weight'), { shape: [1], values: Float32Array.of(7) }, type);
      assert.equal(read.has('count'), /^B?F(16|32|64)$/.test(type), type);
      if (read.size < 2) assertRefused(() => readSafetensors(file), new RegExp(`'count' must be of F64, F32, F16, BF16, got ${type}`), 8);
    }
  });

  it('reads it at any offset of its buffer, with a header filled up by spaces, and a name like __proto__', () => {
    const file = safetensorsFile('{"__proto__": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}   ', floats([7]));
    for (const offset of [0, 1, 2, 3]) assert.deepEqual([...readSafetensors(joined(new Uint8Array(offset), file).subarray(offset))], [['__proto__', { shape: [1], values: Float32Array.of(7) }]]);
  });

  it('says what is wrong, and where', () => {
    const read = (header: string | object, bytes = 8) => () => readSafetensors(safetensorsFile(header, new Uint8Array(bytes)));
    assertRefused(() => readSafetensors(uints(4, 9)), /readSafetensors: the length of the header must have/, 0);
    assertRefused(() => readSafetensors(joined(uints(8, 2 ** 40), new Uint8Array(9))), /the header must have 1099511627776 bytes, got 9/, 8);
    assertRefused(() => readSafetensors(new Uint8Array(20).fill(255)), /the header must have 18446744073709552000 bytes, got 12/, 8);
    assertRefused(read('{"a":'), /the header must be JSON, got: /, 8);
    assertRefused(read('[]'), /must be a JSON object/, 8);
    assertRefused(read({ a: null }), /'a' must have a dtype, a shape and two data_offsets, got null/, 8);
    assertRefused(read({ a: { dtype: 'F32', shape: [2] } }), /'a' must have a dtype, a shape and two data_offsets, got {"dtype":"F32","shape":\[2\]}/, 8);
    assertRefused(read({ a: tensor('F32', [-2], 0, 8) }), /'a' must have a dtype/, 8);
    assertRefused(read({ a: tensor('F32', [2.5], 0, 8) }), /'a' must have a dtype/, 8);
    assertRefused(read({ a: tensor('I64', [1], 0, 8) }), /'a' must be of F64, F32, F16, BF16, got I64; convert it, or leave such tensors out by readSafetensors\(bytes, { others: 'leave out' }\)/, 8);
    assertRefused(read({ a: tensor('toString', [1], 0, 8) }), /'a' must be of a type of the format, .*, got toString/, 8);
    assertRefused(read({ a: tensor('F32', [3], 0, 8) }), /'a' must have 32 bits for each of its values \[3\], got 8 bytes in all/, 8);
    assertRefused(read({ a: tensor('F32', [2], 0, 8), b: tensor('F32', [2], 4, 12) }), /'b' must begin where the tensor before it ends, at 8, got 4: tensors may not overlap/, 8);
    assertRefused(read({ a: tensor('F32', [1], 4, 8) }), /'a' must begin .* at 0, got 4: tensors may not leave a gap/, 8);
    assertRefused(read({ a: tensor('F32', [4], 0, 16) }), /'a' must have 16 bytes, got 8; the file is cut short/, 63);
    assertRefused(read({ a: tensor('F32', [2 ** 40], 0, 2 ** 42) }), /'a' must have 4398046511104 bytes, got 8/);
    assertRefused(read({ a: tensor('F32', [2 ** 52, 2 ** 52, 2 ** 52], 0, 8) }), /32 bits for each/, 8);
    assertRefused(read({ a: tensor('F32', [1], 0, 4) }), /the file must end here, got 4 more bytes/);
    for (const metadata of [[], 'pt', { format: 1 }]) assertRefused(read({ __metadata__: metadata }, 0), /__metadata__ must be an object of texts, got /, 8);
    assertRefused(read({ a: tensor('F4', [3], 0, 2) }, 2), /'a' must have 4 bits for each of its values \[3\], got 2 bytes in all/, 8);
    assertRefused(read(`{"a": ${JSON.stringify(tensor('F32', [1], 0, 4))}, "a": ${JSON.stringify(tensor('F32', [1], 4, 8))}}`), /'a' must begin .* at 0, got 4: tensors may not leave a gap/, 8);
    assertRefused(read(`{"a":${'['.repeat(2e5)}${']'.repeat(2e5)}}`), /'a' must have a dtype, a shape and two data_offsets, got something nested too deep to show/, 8);
    assertRefused(read('['.repeat(1e6)), /must be JSON/, 8);
  });

  it('refuses every beginning of a file', () => assertRefusesBeginnings(MIXED, readSafetensors));

  it('reads or refuses damaged files', () => {
    fc.assert(
      fc.property(damaged(fc.oneof(anyFile, fc.constant(MIXED))), (bytes) => {
        for (const { shape, values } of readOrRefused(bytes, (file) => readSafetensors(file, { others: 'leave out' }))?.values() ?? []) assert.equal(values.length, sizeOf(shape));
      }),
      { numRuns: 3000 },
    );
  });

  it('takes metadata of null for none, as the reference reader does', () => {
    assert.deepEqual([...readSafetensors(safetensorsFile({ __metadata__: null, a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, floats([7])))], [['a', { shape: [1], values: Float32Array.of(7) }]]);
  });

  it('is written as it is read, values at a multiple of 8 bytes', () => {
    const tensors = new Map([['fc/kernel', { shape: [2, 3], values: Float32Array.of(1, -0, 3, NaN, 5, 6) }], ['größe', { shape: [], values: Float32Array.of(8) }], ['none', { shape: [0, 4], values: new Float32Array(0) }]]);
    const bytes = writeSafetensors(tensors);
    assert.deepEqual(new Map([...readSafetensors(bytes)]), tensors);
    assert.equal(Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)) % 8, 0);
    assert.throws(() => writeSafetensors(new Map([['a', { shape: [2], values: Float32Array.of(1) }]])), /writeSafetensors: 'a' \[2\] must have 2 values, got 1/);
  });
});
