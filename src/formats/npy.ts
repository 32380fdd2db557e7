import { ByteReader, hex } from './bytes';
import { fromFloat16 } from './halves';
import type { FloatTensor } from './tensor';
import { sizeOf } from '../system';

const MAGIC = '93 4e 55 4d 50 59';

/** One entry of the header, a Python dictionary: its name, and a text, a truth value or a tuple of whole numbers. */
const ENTRY = /\s*'(\w+)'\s*:\s*(?:'([^']*)'|(True|False)|\(([\d ,]*)\))\s*(?:,|$)/y;

/** NumPy has no more axes than this. */
const MOST_AXES = 64;

const READ: Record<string, (reader: ByteReader, count: number, what: string) => Float32Array> = {
  '<f2': (reader, count, what) => fromFloat16(reader.uint16s(count, what)),
  '<f4': (reader, count, what) => reader.float32s(count, what),
  '<f8': (reader, count, what) => new Float32Array(reader.float64s(count, what)),
};

/**
 * Reads a NumPy file, `np.save('weights.npy', array)`, of versions 1 to 3 (NEP 1): `'<f4'`, `'<f2'`, or `'<f8'` rounded to float32; an array in Fortran's
 * order is brought into C's. An archive of them, `.npz`, is a zip file: unpack it first.
 *
 * @throws FormatError when the bytes are not a whole file of that kind
 */
export function readNpy(bytes: Uint8Array): FloatTensor {
  const reader = new ByteReader('readNpy', bytes);
  const magic = hex(bytes.subarray(0, 6));
  if (magic !== MAGIC) throw reader.error(`a NumPy file must begin with ${MAGIC}, got ${magic}`);
  reader.take(6, 'the magic');
  const version = hex(reader.take(2, 'the version'));
  if (!['01 00', '02 00', '03 00'].includes(version)) throw reader.error(`the version must be 01 00, 02 00 or 03 00, got ${version}`, 6);
  const length = reader.uint(version === '01 00' ? 2 : 4, 'the length of the header');
  const start = reader.offset;
  const text = new TextDecoder(version === '03 00' ? 'utf-8' : 'latin1').decode(reader.take(length, 'the header'));

  const entries = parse(text);
  const { descr, fortran_order: fortran, shape: axes, ...others } = entries ?? {};
  if (descr === undefined || !/^(True|False)$/.test(fortran ?? '') || axes === undefined || Object.keys(others).length > 0)
    throw reader.error(`the header must be a dictionary of descr, fortran_order and shape alone, got ${text.slice(0, 100).trim() || 'nothing'}`, start);
  if (!Object.hasOwn(READ, descr)) throw reader.error(`the values must be '<f4', '<f2' or '<f8', little-endian floats, got '${descr}'; use array.astype('<f4')`, start);
  const shape = shapeOf(axes);
  if (!shape) throw reader.error(`the shape must be a tuple of at most ${MOST_AXES} whole numbers, such as (3,) or (3, 4), got (${axes.slice(0, 100)})`, start);

  const what = `the values of shape [${shape.join(', ')}]`;
  const values = READ[descr](reader, sizeOf(shape), what);
  reader.end();
  return { shape, values: fortran === 'True' ? toLastAxisFastest(values, shape) : values };
}

/** The dictionary's entries as texts, or undefined for anything else. */
function parse(text: string): Partial<Record<string, string>> | undefined {
  const body = /^\{([^{}]*)\}\s*$/.exec(text)?.[1].trim();
  if (body === undefined) return undefined;
  const entries: [string, string][] = [];
  for (let at = 0; at < body.length; at = ENTRY.lastIndex) {
    ENTRY.lastIndex = at;
    const [, name, ...values] = ENTRY.exec(body) ?? [];
    if (name === undefined) return undefined;
    entries.push([name, values.find((value) => value !== undefined)!]);
  }
  return Object.fromEntries(entries);
}

/** What stands between a tuple's brackets: nothing, `3,` with the comma that makes one number a tuple, `3, 4`. */
function shapeOf(axes: string): number[] | undefined {
  const lengths = axes.split(',').map((length) => length.trim());
  if (lengths.length === 1) return lengths[0] === '' ? [] : undefined;
  if (lengths.at(-1) === '') lengths.pop();
  const shape = lengths.map(Number);
  return shape.length <= MOST_AXES && lengths.every((length) => /^\d+$/.test(length)) && shape.every(Number.isSafeInteger) ? shape : undefined;
}

/** From Fortran's order, the first axis fastest, to C's. */
function toLastAxisFastest(values: Float32Array, shape: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  const ordered = new Float32Array(values.length);
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
