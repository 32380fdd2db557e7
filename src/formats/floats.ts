import { ByteReader, bytesOf } from './bytes';
import type { FloatTensor } from './tensor';
import { sizeOf } from '../system';

/** A part of a file that does not describe itself. */
export interface FloatPart {
  name: string;
  shape: readonly number[];
  /** Whole numbers of 64 bits that stand before the values, and must be these. */
  before?: readonly number[];
}

/**
 * Reads plain float32 numbers, little-endian, one tensor after the other as `parts` lists them: such a file says nothing of itself.
 *
 * @returns the tensors by name, each `[...shape]` in C order
 * @throws TypeError when `bytes` is no Uint8Array
 * @throws FormatError when the bytes are fewer or more than the parts, or are not what must stand before one
 */
export function readFloats(bytes: Uint8Array, parts: readonly FloatPart[]): Map<string, FloatTensor> {
  const reader = new ByteReader('readFloats', bytes);
  const tensors = new Map<string, FloatTensor>();
  for (const { name, shape, before = [] } of parts) {
    for (const expected of before) {
      const at = reader.offset;
      const number = Number(new DataView(new Uint8Array(reader.take(8, `the number before '${name}'`)).buffer).getBigInt64(0, true));
      if (number !== expected) throw reader.error(`before '${name}' must stand ${before.join(' and ')} as numbers of 64 bits, got ${number} in place of ${expected}`, at);
    }
    tensors.set(name, { shape, values: reader.float32s(sizeOf(shape), `'${name}', floats of shape [${shape.join(', ')}],`) });
  }
  reader.end();
  return tensors;
}

/**
 * The bytes that `readFloats` reads: the tensors in the order of `parts`, and before each what must stand there.
 *
 * @throws RangeError when a part has no tensor, or one of another size
 */
export function writeFloats(tensors: ReadonlyMap<string, FloatTensor>, parts: readonly FloatPart[]): Uint8Array {
  const pieces = parts.flatMap(({ name, shape, before = [] }) => {
    const values = tensors.get(name)?.values;
    if (values?.length !== sizeOf(shape)) throw new RangeError(`writeFloats: '${name}' [${shape.join(', ')}] must have ${sizeOf(shape)} values, got ${values?.length ?? 'no tensor of that name'}`);
    return [bytesOf(BigInt64Array.from(before, BigInt)), bytesOf(values)];
  });
  return new Uint8Array(Buffer.concat(pieces));
}
