import { ByteReader } from './bytes';
import { fromBfloat16, fromFloat16 } from './halves';
import { isCounts, isObject, shown } from './json';
import { sizeOf, type FloatTensor } from './tensor';

type Read = (reader: ByteReader, count: number, what: string) => Float32Array;

/** The types that are read, with the bytes of a value. */
const types: Record<string, { width: number; read: Read }> = {
  F32: { width: 4, read: (reader, count, what) => reader.float32s(count, what) },
  F16: { width: 2, read: (reader, count, what) => fromFloat16(reader.uint16s(count, what)) },
  BF16: { width: 2, read: (reader, count, what) => fromBfloat16(reader.uint16s(count, what)) },
};

/** What the header says of a tensor: the bytes from `begin` to before `end`, counted from the header's end. */
interface Entry {
  name: string;
  type: string;
  shape: number[];
  begin: number;
  end: number;
}

/**
 * Reads a safetensors file: its tensors by name, in the order of their bytes. F16 and BF16 become float32, value by value the same. Every byte must belong to one tensor.
 *
 * @throws ContainerError when the bytes are not a whole file of that kind, or a tensor is of another type
 */
export function readSafetensors(bytes: Uint8Array): Map<string, FloatTensor> {
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
  const entries = Object.entries(parsed).filter(([name]) => name !== '__metadata__').map(([name, value]) => entryOf(name, value, fail));

  const tensors = new Map<string, FloatTensor>();
  const start = reader.offset;
  for (const { name, type, shape, begin, end } of entries.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    const at = reader.offset - start;
    if (begin !== at) fail(`'${name}' must begin where the tensor before it ends, at ${at}, got ${begin}: tensors may not ${begin < at ? 'overlap' : 'leave a gap'}`);
    const { width, read } = types[type];
    const count = sizeOf(shape);
    if (end - begin !== width * count) fail(`'${name}' must have ${width} bytes for each of its values [${shape.join(', ')}], got ${end - begin} in all`);
    tensors.set(name, { shape, values: read(reader, count, `'${name}'`) });
  }
  reader.end();
  return tensors;
}

function entryOf(name: string, value: unknown, fail: (message: string) => never): Entry {
  const { dtype, shape, data_offsets: offsets }: Record<string, unknown> = isObject(value) ? value : {};
  if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
    return fail(`'${name}' must have a dtype, a shape and two data_offsets, got ${shown(value)}`);
  if (!Object.hasOwn(types, dtype)) return fail(`'${name}' must be of ${Object.keys(types).join(', ')}, got ${dtype}; convert it first`);
  return { name, type: dtype, shape, begin: offsets[0], end: offsets[1] };
}
