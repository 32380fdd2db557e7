import assert from 'node:assert/strict';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { readNpy, readNpz, writeNpy } from '../../src/formats';
import { damaged, floats, joined, latin1, npyFile, npyHeader, sizeOf } from './files';
import { assertRefused, assertRefusesBeginnings, readOrRefused } from './refused';

const bytesOf = (header: string, data: string) =>
  new Uint8Array(Buffer.concat([Buffer.from('934e554d5059010076007b', 'hex'), Buffer.from(`${header.slice(1).padEnd(116)}\n`, 'latin1'), Buffer.from(data, 'hex')]));

const anyShape = fc.array(fc.nat(4), { maxLength: 4 });
const anyFile = fc.tuple(anyShape, fc.boolean(), fc.constantFrom(1, 2, 3)).map(([shape, fortran, version]) => npyFile(npyHeader(shape, { fortran }), floats(Array.from({ length: sizeOf(shape) }, (_, i) => i)), version));

describe('readNpy', () => {
  it('reads what NumPy 2.4.6 writes', () => {
    // a = np.array([[1, 2, 3], [4, 5, 6.5]], dtype='<f4'); np.save('a.npy', a)
    const whole = { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6.5) };
    assert.deepEqual(readNpy(bytesOf("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", '0000803f0000004000004040000080400000a0400000d040')), whole);
    // np.save('a.npy', np.asfortranarray(a))
    assert.deepEqual(readNpy(bytesOf("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", '0000803f00008040000000400000a040000040400000d040')), whole);
    // np.save('a.npy', np.array([0.1, -2]))
    assert.deepEqual(readNpy(bytesOf("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", '9a9999999999b93f00000000000000c0')), { shape: [2], values: Float32Array.of(0.1, -2) });
    // np.save('a.npy', np.array([1, -2, 65504, 6e-8, np.inf], dtype='<f2'))
    assert.deepEqual(readNpy(bytesOf("{'descr': '<f2', 'fortran_order': False, 'shape': (5,), }", '003c00c0ff7b0100007c')), { shape: [5], values: Float32Array.of(1, -2, 65504, 2 ** -24, Infinity) });
    // np.save('a.npy', np.float32(7))
    assert.deepEqual(readNpy(bytesOf("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", '0000e040')), { shape: [], values: Float32Array.of(7) });
  });

  it('reads every shape, version and order of axes, at any offset of its buffer', () => {
    fc.assert(
      fc.property(anyShape, fc.constantFrom(1, 2, 3), fc.nat(9), (shape, version, offset) => {
        const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => i / 3);
        const file = npyFile(npyHeader(shape), floats(values), version);
        assert.deepEqual(readNpy(joined(new Uint8Array(offset), file).subarray(offset)), { shape, values });
        // In Fortran's order the same bytes are the array with its axes the other way round.
        const turned = readNpy(npyFile(npyHeader(shape, { fortran: true }), floats(values), version));
        const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
        for (let at = 0; at < values.length; at++) {
          let [from, rest] = [0, at];
          for (let axis = shape.length - 1; axis >= 0; axis--) [from, rest] = [from + (rest % shape[axis]) * strides[axis], Math.floor(rest / shape[axis])];
          assert.equal(turned.values[at], values[from]);
        }
      }),
    );
  });

  it('depends neither on the order of the header nor on its commas at the end, as NEP 1 demands', () => {
    assert.deepEqual(readNpy(npyFile("{'shape':(2,) ,'fortran_order' : False,'descr':'<f4'}", floats([1, 2]))), { shape: [2], values: Float32Array.of(1, 2) });
    assert.deepEqual(readNpy(npyFile("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, )}", floats([1, 2]))), { shape: [1, 2], values: Float32Array.of(1, 2) });
  });

  it('says what is wrong, and where', () => {
    const data = floats([1, 2, 3, 4]);
    const file = npyFile(npyHeader([4]), data);
    const header = (text: string) => () => readNpy(npyFile(text, data));
    assertRefused(() => readNpy(new Uint8Array(0)), /readNpy: a NumPy file must begin with 93 4e 55 4d 50 59, got nothing/, 0);
    assertRefused(() => readNpy(latin1('PK\x03\x04zip archive')), /must begin with .*, got 50 4b 03 04 7a 69/, 0);
    assertRefused(() => readNpy(file.map((byte, i) => (i === 6 ? 4 : byte))), /the version must be 01 00, 02 00 or 03 00, got 04 00/, 6);
    assertRefused(() => readNpy(file.map((byte, i) => (i === 9 ? 255 : byte))), /the header must have 65398 bytes, got 134; the file is cut short/, 10);
    assertRefused(header("[('a', '<f4')]"), /the header must be a dictionary of descr, fortran_order and shape alone, got \[\('a', '<f4'\)\]/, 10);
    assertRefused(header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,), }"), /must be of plain numbers, got a structured one, .*\[\('a', '<f4'\)\].*; save its fields one by one/, 10);
    assertRefused(header("{'descr': '<f4', 'fortran_order': False, }"), /must be a dictionary/, 10);
    assertRefused(header("{'descr': '<f4', 'fortran_order': (), 'shape': (4,), }"), /must be a dictionary/, 10);
    assertRefused(header(npyHeader([4], { descr: '<U4' })), /got '<U4'; of names save np\.unique\(names, return_inverse=True\)\[1\]/, 10);
    for (const descr of ['<c8', '|O', '<M8[s]', '|V4']) assertRefused(header(npyHeader([4], { descr })), /the values must be numbers, b1, u1, .*f8, got '.*'; use array\.astype\('<f4'\)/, 10);
    assertRefused(header("{'descr': '<f4', 'fortran_order': False, 'shape': (4 4), }"), /must be a dictionary/, 10);
    assertRefused(header("{'descr': '<f4', 'fortran_order': False, 'shape': (4), }"), /the shape must be a tuple of at most 64 whole numbers, such as \(3,\) or \(3, 4\), got \(4\), \}/, 10);
    for (const shape of [',', ' , ', '4,,', ',4', '4, ,1']) assertRefused(header(`{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`), /must be a dictionary/, 10);
    assertRefused(header("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), 'more': 'x', }"), /must be a dictionary of descr, fortran_order and shape alone/, 10);
    assertRefused(header(npyHeader(new Array<number>(65).fill(1))), /at most 64 whole numbers/, 10);
    assertRefused(header(npyHeader([5])), /the values of shape \[5\] must have 20 bytes, got 16; the file is cut short/, 128);
    assertRefused(header(npyHeader([3])), /the file must end here, got 4 more bytes/, 140);
  });

  it('takes no memory for a shape that the file is too short for', () => {
    const forged = (...shape: number[]) => () => readNpy(npyFile(npyHeader(shape), new Uint8Array(0)));
    assertRefused(forged(2 ** 40), /must have 4398046511104 bytes, got 0/);
    assertRefused(forged(...new Array<number>(64).fill(2 ** 52)), /must have .* bytes, got 0/);
    assertRefused(() => readNpy(npyFile("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", new Uint8Array(0))), /at most 64 whole numbers/);
  });

  it('reads numbers of every kind, and of either order of bytes', () => {
    const of = (descr: string, hexadecimal: string, shape = [2]) => readNpy(npyFile(npyHeader(shape, { descr }), new Uint8Array(Buffer.from(hexadecimal, 'hex'))));
    // numpy: np.array([1, -2], '<i2').tobytes().hex() and so on
    assert.deepEqual(of('|b1', '0100').values, Float32Array.of(1, 0));
    assert.deepEqual(of('|u1', '01ff').values, Uint8Array.of(1, 255));
    assert.deepEqual(of('|i1', '01fe').values, Int8Array.of(1, -2));
    assert.deepEqual(of('<i2', '0100feff').values, Int16Array.of(1, -2));
    assert.deepEqual(of('>u2', '0001fffe').values, Uint16Array.of(1, 65534));
    assert.deepEqual(of('<i4', '01000000feffffff').values, Int32Array.of(1, -2));
    assert.deepEqual(of('>i4', '00000001fffffffe').values, Int32Array.of(1, -2));
    assert.deepEqual(of('<i8', '0100000000000000feffffffffffffff').values, Float64Array.of(1, -2));
    assert.deepEqual(of('>f4', '3f800000c0000000').values, Float32Array.of(1, -2));
    assert.deepEqual(of('>f8', '3fb999999999999ac000000000000000').values, Float32Array.of(0.1, -2));
    assert.deepEqual(of('|u1', '07', []), { shape: [], values: Uint8Array.of(7) });
  });

  it('takes other spellings of the header: long numbers of Python 2, double quotes, lists', () => {
    for (const header of ["{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 1L), }", '{"descr": "<f4", "shape": (2, 1), "fortran_order": False}', "{'descr': '<f4', 'fortran_order': False, 'shape': [2, 1]}"])
      assert.deepEqual(readNpy(npyFile(header, floats([1, 2]))), { shape: [2, 1], values: Float32Array.of(1, 2) });
  });

  it('is written as it is read', () => {
    for (const values of [Float32Array.of(1, -0, NaN), Uint8Array.of(0, 255, 7), Int8Array.of(-1, 2, 3), Uint16Array.of(1, 2, 65535), Int16Array.of(-5, 0, 1), Uint32Array.of(1, 2, 4e9), Int32Array.of(-1, 2, 3)])
      for (const shape of [[3], [1, 3], [3, 1, 1]]) assert.deepEqual(readNpy(writeNpy({ shape, values })), { shape, values });
    assert.throws(() => writeNpy({ shape: [2], values: Float32Array.of(1) }), /writeNpy: the values of shape \[2\] must be 2, got 1/);
    assert.equal(writeNpy({ shape: [], values: Float32Array.of(1) }).length % 64, 4);
  });

  it('of an archive are found by their names', () => {
    for (const level of [0, 9] as const) {
      const archive = zipSync({ 'x.npy': npyFile(npyHeader([2]), floats([1, 2])), 'y.npy': npyFile(npyHeader([2], { descr: '|u1' }), Uint8Array.of(3, 4)) }, { level });
      assert.deepEqual([...readNpz(archive)], [['x', { shape: [2], values: Float32Array.of(1, 2) }], ['y', { shape: [2], values: Uint8Array.of(3, 4) }]]);
      assertRefused(() => readNpz(archive.subarray(0, archive.length - 30)), /readNpz: an archive must be a whole zip file/);
    }
    assert.deepEqual([...readNpz(zipSync({ 'x.txt': Uint8Array.of(1, 2, 3) }))], []);
    assertRefused(() => readNpz(zipSync({ 'x.npy': Uint8Array.of(1, 2, 3) })), /readNpz: x\.npy in the archive: readNpy: a NumPy file must begin/);
    const stored = zipSync({ 'x.npy': npyFile(npyHeader([2]), floats([1, 2])) }, { level: 0 });
    stored[stored.indexOf(0x3f, 100)] ^= 1; // of 1 as a float
    assertRefused(() => readNpz(stored), /x\.npy whose checksum is another: it is damaged/);
    assertRefused(() => readNpy(zipSync({})), /must begin with|as an archive does; read it by readNpz/);
  });

  it('refuses every beginning of a file', () => assertRefusesBeginnings(npyFile(npyHeader([2, 3]), floats([1, 2, 3, 4, 5, 6])), readNpy));

  it('reads or refuses damaged files, and long ones made to take long', () => {
    fc.assert(
      fc.property(damaged(anyFile), (bytes) => {
        const read = readOrRefused(bytes, readNpy);
        if (read) assert.equal(read.values.length, sizeOf(read.shape));
      }),
      { numRuns: 3000 },
    );
    for (const text of [`{'${'a'.repeat(1e6)}`, `{${"'a': (".repeat(2e5)}`, `{'a': (${'1'.repeat(1e6)}`, `{'a': (${'1,'.repeat(5e5)}), }`, `{${' '.repeat(1e6)}`, `{}${' '.repeat(1e6)}x`])
      assertRefused(() => readNpy(npyFile(text, new Uint8Array(0), 2)), /./);
  });
});
