import { described, sizeOf } from '../system';
import { ByteReader, hex } from './bytes';
import { fromFloat16 } from './halves';
import { parsePython, type Python } from './python';
import type { Numbers, NumberTensor } from './tensor';

const MAGIC = '93 4e 55 4d 50 59';

/** NumPy has no more axes than this. */
const MOST_AXES = 64;

/** As of version 1; NumPy itself reads 10,000. */
const LONGEST_HEADER = 65_535;

/** What is read: the kind and width of a value, and what holds values of it, from the machine's own order of bytes. */
const READ: Record<string, (bytes: ArrayBuffer) => Numbers> = {
  b1: (bytes) => Float32Array.from(new Uint8Array(bytes)), // a net gets 0 and 1: bytes would be pixels
  u1: (bytes) => new Uint8Array(bytes),
  i1: (bytes) => new Int8Array(bytes),
  u2: (bytes) => new Uint16Array(bytes),
  i2: (bytes) => new Int16Array(bytes),
  u4: (bytes) => new Uint32Array(bytes),
  i4: (bytes) => new Int32Array(bytes),
  u8: (bytes) => exact(new BigUint64Array(bytes)),
  i8: (bytes) => exact(new BigInt64Array(bytes)),
  f2: (bytes) => fromFloat16(new Uint16Array(bytes)),
  f4: (bytes) => new Float32Array(bytes),
  f8: (bytes) => new Float32Array(new Float64Array(bytes)),
};

const exact = (values: BigInt64Array | BigUint64Array): Float64Array => Float64Array.from(values as BigInt64Array, Number);

/**
 * Reads a NumPy file, `np.save('weights.npy', array)`, of versions 1 to 3 (NEP 1) and of either order of bytes: floats as float32 (float64 rounded to it), whole numbers of 8 to 32 bits as they are, truth values as 0 and 1 in float32, those of 64 bits as numbers, which are exact up to 2^53. An array in Fortran's order is brought into C's. An archive of them, `.npz`, is read by `readNpz`.
 *
 * @returns values `[...shape]` in C order
 * @throws FormatError when the bytes are not a whole file of that kind
 * @throws TypeError when `bytes` is no Uint8Array
 */
export function readNpy(bytes: Uint8Array): NumberTensor {
  const reader = new ByteReader('readNpy', bytes);
  const magic = hex(bytes.subarray(0, 6));
  if (magic !== MAGIC) throw reader.error(`a NumPy file must begin with ${MAGIC}, got ${magic}${magic.startsWith('50 4b') ? ', as an archive does; read it by readNpz' : ''}`);
  reader.take(6, 'the magic');
  const version = hex(reader.take(2, 'the version'));
  if (!['01 00', '02 00', '03 00'].includes(version)) throw reader.error(`the version must be 01 00, 02 00 or 03 00, got ${version}`, 6);
  const length = reader.uint(version === '01 00' ? 2 : 4, 'the length of the header');
  const start = reader.offset;
  if (length > LONGEST_HEADER) throw reader.error(`the header must have at most ${LONGEST_HEADER} bytes, got ${length}`);
  const text = new TextDecoder(version === '03 00' ? 'utf-8' : 'latin1').decode(reader.take(length, 'the header'));

  const header = parsePython(text);
  const entries: Record<string, Python> = header instanceof Map ? Object.fromEntries(header) : {};
  const { descr, fortran_order: fortran, shape, ...others } = entries;
  if (descr === undefined || typeof fortran !== 'boolean' || shape === undefined || Object.keys(others).length > 0)
    throw reader.error(`the header must be a dictionary of descr, fortran_order and shape alone, got ${text.slice(0, 100).trim() || 'nothing'}`, start);
  if (Array.isArray(descr)) throw reader.error(`the array must be of plain numbers, got a structured one, ${text.slice(0, 100).trim()}; save its fields one by one: np.save('w.npy', array['w'])`, start);
  const [, order, kind] = /^([<>|=])?([a-zA-Z]\d*)(?:\[\w+\])?$/.exec(typeof descr === 'string' ? descr : '') ?? [];
  if (kind === undefined || !Object.hasOwn(READ, kind)) throw reader.error(`the values must be numbers, ${Object.keys(READ).join(', ')}, got ${described(descr)}; ${/^[US]/.test(kind ?? '') ? "of names save np.unique(names, return_inverse=True)[1]" : "use array.astype('<f4')"}`, start);
  if (!isShape(shape)) throw reader.error(`the shape must be a tuple of at most ${MOST_AXES} whole numbers, such as (3,) or (3, 4), got ${/'shape'\s*:\s*(.{0,100})/.exec(text)?.[1] ?? 'another spelling'}`, start);

  const width = Number(kind.slice(1));
  const data = new Uint8Array(reader.take(width * sizeOf(shape), `the values of shape [${shape.join(', ')}]`));
  reader.end();
  if (order === '>') swap(data, width);
  const values = READ[kind](data.buffer);
  return { shape, values: fortran ? toLastAxisFastest(values, shape) : values };
}

const isShape = (value: Python): value is number[] => Array.isArray(value) && value.length <= MOST_AXES && value.every((length) => Number.isSafeInteger(length) && (length as number) >= 0);

/** Turns the bytes of each value around; every platform that the project runs on is little-endian. */
function swap(data: Uint8Array, width: number): void {
  for (let at = 0; at < data.length; at += width) data.subarray(at, at + width).reverse();
}

/** From Fortran's order, the first axis fastest, to C's. */
function toLastAxisFastest(values: Numbers, shape: readonly number[]): Numbers {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  const ordered = new (values.constructor as new (count: number) => Numbers)(values.length);
  for (let at = 0, from = 0; at < values.length; at++) {
    ordered[at] = values[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return ordered;
}

const DESCR: Record<string, string> = { Float32Array: '<f4', Float64Array: '<f8', Uint8Array: '|u1', Int8Array: '|i1', Uint16Array: '<u2', Int16Array: '<i2', Uint32Array: '<u4', Int32Array: '<i4' };

/**
 * The bytes of a NumPy file, which `np.load` reads: values `[...shape]` in C order, of the type that their array has.
 *
 * @throws RangeError when the values are not as many as the shape says
 */
export function writeNpy({ shape, values }: NumberTensor): Uint8Array {
  if (!Object.hasOwn(DESCR, values?.constructor.name ?? '')) throw new TypeError(`writeNpy: the values must be ${Object.keys(DESCR).join(', ')}, got ${described(values)}`);
  if (!isShape([...shape]) || values.length !== sizeOf(shape)) throw new RangeError(`writeNpy: the values of shape [${shape.join(', ')}] must be ${sizeOf(shape)}, got ${values.length}`);
  const header = `{'descr': '${DESCR[values.constructor.name]}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const text = `${header.padEnd(64 * Math.ceil((10 + header.length + 1) / 64) - 11)}\n`;
  const before = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([text.length % 256, Math.floor(text.length / 256)]), Buffer.from(text, 'latin1')]);
  return new Uint8Array(Buffer.concat([before, Buffer.from(values.buffer, values.byteOffset, values.byteLength)]));
}
