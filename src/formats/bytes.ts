import { FormatError } from '../codec';
import { described } from '../system';

/** @throws TypeError for what is no name of a file or folder, or an address */
export function checkName(where: string, name: unknown): void {
  if (typeof name !== 'string' || name === '') throw new TypeError(`${where}: the target must be the name of a file or folder, got ${described(name)}`);
  if (/^\w+:\/\//.test(name)) throw new TypeError(`${where}: the target must be a name of this computer, without ${/^\w+:\/\//.exec(name)![0]}, got ${described(name)}`);
}

/** @throws TypeError for what is no bytes, such as a file's name */
export function checkBytes(where: string, bytes: unknown): void {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`${where}: the bytes must be a Uint8Array, got ${described(bytes)}${hintOf(where, bytes)}`);
}

function hintOf(where: string, given: unknown): string {
  if (typeof given === 'string') return given.length < 200 ? `; of a file write ${where}(readFileSync(name))` : '';
  if (given instanceof ArrayBuffer) return '; write new Uint8Array(buffer)';
  return typeof given === 'object' && given !== null && 'bytes' in given ? '; give its bytes' : '';
}

/** Reads little-endian numbers, one after the other. What is not there, or left over, is a `FormatError` that begins with `name`. */
export class ByteReader {
  /** The byte that is read next. */
  offset = 0;

  constructor(
    private readonly name: string,
    private readonly bytes: Uint8Array,
  ) {
    checkBytes(name, bytes);
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  /** A view of the next `count` bytes; `what` says what they hold. */
  take(count: number, what: string): Uint8Array {
    if (!(count <= this.remaining)) throw this.error(`${what} must have ${count} bytes, got ${this.remaining}; the file is cut short or another one`);
    this.offset += count;
    return this.bytes.subarray(this.offset - count, this.offset);
  }

  /** A whole number of `width` bytes, 1 to 6. */
  uint(width: number, what: string): number {
    return this.take(width, what).reduceRight((value, byte) => 256 * value + byte, 0);
  }

  float32s(count: number, what: string): Float32Array {
    return new Float32Array(copied(this.take(4 * count, what)));
  }

  float64s(count: number, what: string): Float64Array {
    return new Float64Array(copied(this.take(8 * count, what)));
  }

  uint16s(count: number, what: string): Uint16Array {
    return new Uint16Array(copied(this.take(2 * count, what)));
  }

  /** Throws if any bytes are left. */
  end(): void {
    if (this.remaining > 0) throw this.error(`the file must end here, got ${this.remaining} more bytes`);
  }

  /** For the caller to throw. */
  error(message: string, offset = this.offset): FormatError {
    return new FormatError(`${this.name}: ${message}`, offset);
  }
}

/** Numbers must begin at a multiple of their size, which a view need not; every platform that the project runs on is little-endian. */
const copied = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** Bytes as a message shows them: `93 4e 55`. */
export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ') || 'nothing';

/** The bytes of numbers as they lie in memory, without a copy: little-endian. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);
