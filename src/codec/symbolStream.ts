/**
 * A run of symbols in the form that takes fewer bytes.
 *
 *     fixed width:  width (1 byte, 0 to 16), first symbol (varint); each symbol less the first one
 *     Huffman:      255, bytes of the codes (varint), code lengths, to the next byte; codes
 *
 * A run of one repeated symbol takes width 0. How many symbols there are is known from elsewhere.
 */
import { BitWriter, type BitReader } from './bits';
import { FormatError } from './error';
import { codeLengths, MAX_LENGTH, readHuffman, readLengths, writeHuffman, writeLengths } from './huffman';

const HUFFMAN = 255;

export interface StreamPlan {
  /** Bits of a symbol at fixed width. */
  width: number;
  /** The smallest symbol, which the fixed width counts from. */
  first: number;
  /** Code lengths, where Huffman codes take fewer bytes. */
  lengths?: Uint8Array;
  /** Bits of all symbols, without the table and the filling of the last byte. */
  symbolBits: number;
  /** Bytes of the whole stream, table included. */
  bytes: number;
}

/** Chooses the form for symbols that occur so often. */
export function planStream(frequencies: Float64Array): StreamPlan {
  let first = -1;
  let last = -1;
  let count = 0;
  let distinct = 0;
  for (let symbol = 0; symbol < frequencies.length; symbol++) {
    if (frequencies[symbol] === 0) continue;
    if (first < 0) first = symbol;
    last = symbol;
    count += frequencies[symbol];
    distinct++;
  }
  first = Math.max(first, 0);
  const width = fixedWidth(first, last);
  const fixed = planned({ width, first, symbolBits: count * width });
  if (distinct < 2 || distinct > 2 ** MAX_LENGTH) return fixed;
  const lengths = codeLengths(frequencies);
  const symbolBits = lengths.reduce((sum, length, symbol) => sum + length * frequencies[symbol], 0);
  const huffman = planned({ width, first, lengths, symbolBits });
  return huffman.bytes < fixed.bytes ? huffman : fixed;
}

/** Bits of a symbol that is counted from the smallest one. */
const fixedWidth = (first: number, last: number): number => (last > first ? 32 - Math.clz32(last - first) : 0);

function planned(form: Omit<StreamPlan, 'bytes'>): StreamPlan {
  const scratch = new BitWriter();
  writeStreamTable(scratch, { ...form, bytes: 0 });
  return { ...form, bytes: Math.ceil(scratch.bitLength / 8) + Math.ceil(form.symbolBits / 8) };
}

/** Writes how the symbols are coded. */
export function writeStreamTable(writer: BitWriter, { width, first, lengths, symbolBits }: StreamPlan): void {
  writer.write(lengths ? HUFFMAN : width, 8);
  writer.writeVarint(lengths ? Math.ceil(symbolBits / 8) : first);
  if (lengths) writeLengths(writer, lengths);
}

/** Writes the symbols themselves. */
export function writeStreamSymbols(writer: BitWriter, symbols: Uint8Array | Uint16Array, { width, first, lengths }: StreamPlan): void {
  if (lengths) writeHuffman(writer, symbols, lengths);
  else if (width > 0) for (let i = 0; i < symbols.length; i++) writer.write(symbols[i] - first, width);
}

/** Fills `symbols`, each below `alphabet`, from a stream; says when its table is read, and how wide the symbols were. */
export function readStream(reader: BitReader, alphabet: number, symbols: Uint8Array | Uint16Array, tableRead: () => void): Pick<StreamPlan, 'width' | 'symbolBits'> {
  const form = reader.read(8);
  if (form === HUFFMAN) {
    const byteLength = reader.readVarint();
    const lengths = readLengths(reader, alphabet);
    reader.align();
    tableRead();
    const symbolBits = readHuffman(reader, byteLength, lengths, symbols);
    const used = (length: number) => length > 0;
    return { width: fixedWidth(lengths.findIndex(used), lengths.findLastIndex(used)), symbolBits };
  }
  if (form > 16) throw new FormatError(`readStream: a fixed width must be 0 to 16 bits, got ${form}`, reader.offset - 1);
  const first = reader.readVarint();
  if (symbols.length === 0 && first > 0) throw new FormatError(`readStream: without symbols the smallest one must be 0, got ${first}`, reader.offset);
  tableRead();
  reader.need(symbols.length * form);
  let largest = 0;
  for (let i = 0; i < symbols.length; i++) {
    const symbol = first + reader.read(form);
    if (symbol > largest) largest = symbol;
    symbols[i] = symbol;
  }
  if (largest >= alphabet) throw new FormatError(`readStream: symbols must be below ${alphabet}, got ${largest}`, reader.offset);
  reader.align();
  return { width: form, symbolBits: symbols.length * form };
}
