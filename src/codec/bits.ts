/** Streams of bits, the most significant bit first: the first bit written is the top bit of the first byte. */
import { FormatError } from './error';

export class BitWriter {
  private buffer = new Uint8Array(256);
  private length = 0;
  private pending = 0;
  private held = 0;

  /** Appends the low `width` bits of a whole number; `width` is 0 to 32. */
  write(value: number, width: number): void {
    if (width > 16) {
      this.write(value >>> 16, width - 16);
      this.write(value & 0xffff, 16);
      return;
    }
    this.pending = (this.pending << width) | (value & ((1 << width) - 1));
    this.held += width;
    while (this.held >= 8) {
      this.held -= 8;
      if (this.length === this.buffer.length) this.grow(1);
      this.buffer[this.length++] = this.pending >>> this.held;
    }
  }

  /** Appends a whole number from 0 to 2^32 - 1 in groups of 7 bits, the low ones first, each led by a bit that says whether more follow. */
  writeVarint(value: number): void {
    for (; value > 127; value = Math.floor(value / 128)) this.write(128 | (value & 127), 8);
    this.write(value, 8);
  }

  /** Appends a whole number >= 1 by Elias' gamma code: as many zeros as bits follow its leading one, then its bits. */
  writeGamma(value: number): void {
    const extra = 31 - Math.clz32(value);
    this.write(0, extra);
    this.write(value, extra + 1);
  }

  /** Appends whole bytes, from the next byte boundary on. */
  writeBytes(bytes: Uint8Array): void {
    this.align();
    this.grow(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Fills the last byte with zeros. */
  align(): void {
    this.write(0, (8 - this.held) & 7);
  }

  get bitLength(): number {
    return 8 * this.length + this.held;
  }

  /** The bytes so far, the last one filled with zeros. */
  bytes(): Uint8Array {
    this.align();
    return this.buffer.slice(0, this.length);
  }

  private grow(room: number): void {
    if (this.length + room <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(2 * this.buffer.length, this.length + room));
    larger.set(this.buffer);
    this.buffer = larger;
  }
}

/** Reads what `BitWriter` wrote. Reading past the end is a `FormatError`. */
export class BitReader {
  private byte = 0;
  private bit = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** The next `width` bits, 0 to 32, as a whole number. */
  read(width: number): number {
    if (width > 16) return this.read(width - 16) * 65536 + this.read(16);
    const { bytes, byte, bit } = this;
    const end = bit + width;
    if (byte + ((end + 7) >>> 3) > bytes.length) this.need(width);
    this.byte = byte + (end >>> 3);
    this.bit = end & 7;
    return (((bytes[byte] << 16) | (bytes[byte + 1] << 8) | bytes[byte + 2]) >>> (24 - end)) & ((1 << width) - 1);
  }

  readVarint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      const group = this.read(8);
      value += (group & 127) * scale;
      if (group === 0 && scale > 1) throw new FormatError('readVarint: a number must take as few bytes as it can', this.offset);
      if (group < 128 && value < 2 ** 32) return value;
    }
    throw new FormatError('readVarint: a number must be below 2^32', this.offset);
  }

  readGamma(): number {
    let extra = 0;
    while (this.read(1) === 0) {
      if (++extra > 16) throw new FormatError('readGamma: a number must be below 2^17', this.offset);
    }
    return 2 ** extra + this.read(extra);
  }

  /** A view of the next `count` bytes, from the next byte boundary on. */
  readBytes(count: number): Uint8Array {
    this.align();
    this.need(8 * count);
    this.byte += count;
    return this.bytes.subarray(this.byte - count, this.byte);
  }

  /** Skips to the next byte; the bits between must be zero. */
  align(): void {
    if (this.bit > 0 && this.read(8 - this.bit) !== 0) throw new FormatError('align: the bits that fill a byte must be zero', this.offset);
  }

  /** Throws unless `count` more bits are there. */
  need(count: number): void {
    if (count <= this.remaining) return;
    throw new FormatError(`read: must have ${count} more bits from bit ${8 * this.byte + this.bit} on, got ${this.remaining}; the data is cut short`, this.offset);
  }

  /** How many bits are left. */
  get remaining(): number {
    return 8 * (this.bytes.length - this.byte) - this.bit;
  }

  /** The byte that is read next. */
  get offset(): number {
    return this.byte;
  }
}
