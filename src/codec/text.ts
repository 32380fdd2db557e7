/** The text of a packed file: strings as their lengths in bytes and UTF-8, deflated where that is smaller. */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { BitReader, BitWriter } from './bits';
import { FormatError } from './error';

const MAX_TEXT = 2 ** 22;

/** Writes the architecture and the names, deflated if that is smaller. */
export function writeText(writer: BitWriter, strings: string[]): void {
  const text = new BitWriter();
  for (const string of strings) {
    const utf8 = new TextEncoder().encode(string);
    text.writeVarint(utf8.length);
    text.writeBytes(utf8);
  }
  const plain = text.bytes();
  if (plain.length > MAX_TEXT) throw new RangeError(`encode: the architecture and the names must take at most ${MAX_TEXT} bytes, got ${plain.length}`);
  const deflated = deflateRawSync(plain, { level: constants.Z_BEST_COMPRESSION });
  const smaller = deflated.length < plain.length;
  writer.writeVarint(plain.length);
  writer.writeVarint(smaller ? deflated.length : 0);
  writer.writeBytes(smaller ? deflated : plain);
}

/** The architecture and the names, unpacked; whatever is wrong with them is an error at the text's first byte. */
export function readText(reader: BitReader, mostNames: number): string[] {
  const length = reader.readVarint();
  const deflatedLength = reader.readVarint();
  const start = reader.offset;
  const stored = reader.readBytes(deflatedLength || length);
  if (length > MAX_TEXT) throw new FormatError(`decode: the text must have at most ${MAX_TEXT} bytes, got ${length}`, start);
  try {
    const text = new BitReader(deflatedLength ? inflated(stored, length) : stored);
    if (text.remaining !== 8 * length) throw new RangeError(`${text.remaining / 8} bytes, not ${length}`);
    const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const strings: string[] = [];
    do {
      if (strings.length > mostNames) throw new RangeError(`names of more than ${mostNames} tensors`);
      strings.push(utf8.decode(text.readBytes(text.readVarint())));
    } while (text.remaining > 0);
    return strings;
  } catch (error) {
    throw new FormatError(`decode: the architecture and the names must be readable, got: ${(error as Error).message}`, start);
  }
}

/** `length` bytes from the deflated ones, which must all be used. */
function inflated(deflated: Uint8Array, length: number): Uint8Array {
  const { buffer, engine } = inflateRawSync(deflated, { maxOutputLength: Math.max(length, 1), info: true }) as unknown as { buffer: Uint8Array; engine: { bytesWritten: number } };
  if (engine.bytesWritten < deflated.length) throw new RangeError(`${deflated.length - engine.bytesWritten} bytes after the deflated text`);
  return buffer;
}
