/** Floats in a packed file: how many of the 32 bits are kept (1 byte), then the leading bits of each. Trailing zero bits that all share are left out. */
import type { BitReader, BitWriter } from './bits';
import { FormatError } from './error';

export function writeFloats(writer: BitWriter, values: Float32Array): void {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let union = 0;
  for (const word of words) union |= word;
  const width = union === 0 ? 1 : 1 + Math.clz32(union & -union);
  writer.write(width, 8);
  for (const word of words) writer.write(word >>> (32 - width), width);
}

export function readFloats(reader: BitReader, count: number): Float32Array {
  const width = reader.read(8);
  if (width < 1 || width > 32) throw new FormatError(`readFloats: a value must have 1 to 32 bits, got ${width}`, reader.offset - 1);
  reader.need(count * width);
  const words = new Uint32Array(count);
  for (let i = 0; i < count; i++) words[i] = reader.read(width) << (32 - width);
  reader.align();
  return new Float32Array(words.buffer);
}
