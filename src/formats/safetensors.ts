import { ByteReader } from './bytes';
import { fromBfloat16, fromFloat16 } from './halves';
import { isCounts, isObject, isTexts, shown } from './json';
import type { FloatTensor } from './tensor';
import { checkOptions, sizeOf } from '../system';

type Read = (reader: ByteReader, count: number, what: string) => Float32Array;

/** The types that are read. */
const READ: Record<string, Read> = {
  F64: (reader, count, what) => new Float32Array(reader.float64s(count, what)),
  F32: (reader, count, what) => reader.float32s(count, what),
  F16: (reader, count, what) => fromFloat16(reader.uint16s(count, what)),
  BF16: (reader, count, what) => fromBfloat16(reader.uint16s(count, what)),
};

/** The bits of a value of each type of the format. */
const BITS: Record<string, number> = Object.fromEntries(
  Object.entries({
    4: ['F4'],
    6: ['F6_E2M3', 'F6_E3M2'],
    8: ['BOOL', 'I8', 'U8', 'F8_E4M3', 'F8_E5M2', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'],
    16: ['I16', 'U16', 'F16', 'BF16'],
    32: ['I32', 'U32', 'F32'],
    64: ['I64', 'U64', 'F64', 'C64'],
  }).flatMap(([bits, types]) => types.map((type) => [type, Number(bits)])),
);

/** What the header says of a tensor: the bytes from `begin` to before `end`, counted from the header's end. */
interface Entry {
  name: string;
  type: string;
  shape: number[];
  begin: number;
  end: number;
}

/**
 * Reads a safetensors file: its tensors by name, in the order of their bytes. F16 and BF16 become float32, value by value the same, and F64 is rounded to
 * it. A tensor of another type, such as the I64 in which PyTorch counts the batches of a normalisation, is refused, or with `others: 'leave out'` is not among the result.
 *
 * Every byte must belong to one tensor. Of two tensors of one name, which the format forbids, the last counts: the other's bytes are then a gap and refused, unless both have the same.
 *
 * @returns each tensor's values `[...shape]` in C order
 * @throws FormatError when the bytes are not a whole file of that kind, or a tensor is of another type
 * @throws TypeError when `bytes` is no Uint8Array, or for an option that there is not
 */
export function readSafetensors(bytes: Uint8Array, options: { others?: 'refuse' | 'leave out' } = {}): Map<string, FloatTensor> {
  checkOptions('readSafetensors', options, ['others']);
  const { others = 'refuse' } = options;
  const reader = new ByteReader('readSafetensors', bytes);
  const length = reader.uint(6, 'the length of the header') + 2 ** 48 * reader.uint(2, 'the length of the header');
  const header = reader.take(length, 'the header');
  const fail = (message: string): never => {
    throw reader.error(message, 8);
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header));
  } catch (error) {
    fail(`the header must be JSON, got: ${(error as Error).message}`);
  }
  if (!isObject(parsed)) return fail('the header must be a JSON object');
  const { __metadata__: given, ...named } = parsed;
  const metadata = given ?? {}; // as the reference reader does
  if (!isObject(metadata) || !isTexts(Object.values(metadata))) return fail(`__metadata__ must be an object of texts, got ${shown(metadata)}`);
  const entries = Object.entries(named).map(([name, value]) => entryOf(name, value, fail));

  const tensors = new Map<string, FloatTensor>();
  const start = reader.offset;
  for (const { name, type, shape, begin, end } of entries.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    const at = reader.offset - start;
    if (begin !== at) fail(`'${name}' must begin where the tensor before it ends, at ${at}, got ${begin}: tensors may not ${begin < at ? 'overlap' : 'leave a gap'}`);
    const count = sizeOf(shape);
    if (8 * (end - begin) !== BITS[type] * count) fail(`'${name}' must have ${BITS[type]} bits for each of its values [${shape.join(', ')}], got ${end - begin} bytes in all`);
    if (Object.hasOwn(READ, type)) tensors.set(name, { shape, values: READ[type](reader, count, `'${name}'`) });
    else if (others === 'leave out') reader.take(end - begin, `'${name}'`);
    else fail(`'${name}' must be of ${Object.keys(READ).join(', ')}, got ${type}; convert it, or leave such tensors out by readSafetensors(bytes, { others: 'leave out' })`);
  }
  reader.end();
  return tensors;
}

function entryOf(name: string, value: unknown, fail: (message: string) => never): Entry {
  const { dtype, shape, data_offsets: offsets }: Record<string, unknown> = isObject(value) ? value : {};
  if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
    return fail(`'${name}' must have a dtype, a shape and two data_offsets, got ${shown(value)}`);
  if (!Object.hasOwn(BITS, dtype)) return fail(`'${name}' must be of a type of the format, ${Object.keys(BITS).join(', ')}, got ${dtype}`);
  return { name, type: dtype, shape, begin: offsets[0], end: offsets[1] };
}

/**
 * The bytes of a safetensors file with tensors in float32, by name: what PyTorch's, NumPy's and the browser's safetensors read.
 *
 * @throws RangeError when the values of a tensor are not as many as its shape says
 */
export function writeSafetensors(tensors: ReadonlyMap<string, FloatTensor>): Uint8Array {
  let end = 0;
  const header = Object.fromEntries(
    [...tensors].map(([name, { shape, values }]) => {
      if (values.length !== sizeOf(shape)) throw new RangeError(`writeSafetensors: '${name}' [${shape.join(', ')}] must have ${sizeOf(shape)} values, got ${values.length}`);
      return [name, { dtype: 'F32', shape, data_offsets: [end, (end += values.byteLength)] }];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = 8 * Math.ceil(text.length / 8); // values begin at a multiple of 8, as the reference writer's
  const before = Buffer.alloc(8 + length, ' ');
  before.writeBigUInt64LE(BigInt(length));
  before.set(text, 8);
  return new Uint8Array(Buffer.concat([before, ...[...tensors.values()].map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength))]));
}
