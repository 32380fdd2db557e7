/**
 * The record of one tensor in a packed file.
 *
 *     kind (1 bit: shared), scan (1 bit: by columns), index bits (4 bits), 2 bits zero; rank and lengths of the axes (varints)
 *     dense:   floats
 *     shared:  clusters, entries (varints); codebook as floats; stream of codes; stream of gaps, if there are index bits
 *     floats:  how many of the 32 bits are kept (1 byte), then the leading bits of each: trailing zero bits that all share are left out
 *
 * Codes and gaps are those of the relative index, whose entries follow the tensor in C order or, if that takes fewer bytes, by
 * columns: the last axis slowest.
 */
import type { BitReader, BitWriter } from './bits';
import { FormatError } from './error';
import { sizeOf } from '../system';
import { asMatrix, smallestLayout } from './layout';
import type { DenseTensor, PackedTensor, SharedTensor } from './packedTensor';
import { toGaps } from './relativeIndex';
import { readStream, writeStreamSymbols, writeStreamTable } from './symbolStream';

/** What a shared tensor took: the figures of Han et al. 2016, Tables 2 to 5. */
export interface SharedCounts {
  /** Stored entries: kept weights and fillers. */
  entries: number;
  /** Entries that hold no weight but lengthen a gap. */
  fillers: number;
  /** Bits of a code at fixed width. */
  weightBits: number;
  /** Bits of a gap at fixed width; 0 where all zeros are stored. */
  indexBits: number;
  /** Bits of all codes as stored, without their table. */
  codeBits: number;
  /** Bits of all gaps as stored, without their table. */
  gapBits: number;
}

/** Says that the bytes written, or read, since the last mark are of this kind. */
export type Mark = (kind: 'header' | 'codebook' | 'values' | 'codes table' | 'codes' | 'gaps table' | 'gaps') => void;

export function writeDense(writer: BitWriter, tensor: DenseTensor, mark: Mark): void {
  writer.write(0, 8);
  writeShape(writer, tensor.shape);
  mark('header');
  writeFloats(writer, tensor.values);
  mark('values');
}

export function writeShared(writer: BitWriter, tensor: SharedTensor, mark: Mark): SharedCounts {
  const { scan, indexBits, codePlan, gapPlan } = smallestLayout(tensor);
  const entries = toGaps(scan.positions, scan.codes, indexBits);
  writer.write(0b10 | +scan.byColumns, 2);
  writer.write(indexBits, 4);
  writer.write(0, 2);
  writeShape(writer, tensor.shape);
  writer.writeVarint(tensor.codebook.length);
  writer.writeVarint(entries.codes.length);
  mark('header');
  writeFloats(writer, tensor.codebook);
  mark('codebook');
  writeStreamTable(writer, codePlan);
  mark('codes table');
  writeStreamSymbols(writer, entries.codes, codePlan);
  mark('codes');
  if (indexBits > 0) {
    writeStreamTable(writer, gapPlan);
    mark('gaps table');
    writeStreamSymbols(writer, entries.gaps, gapPlan);
    mark('gaps');
  }
  return {
    entries: entries.codes.length,
    fillers: entries.codes.length - scan.positions.length,
    weightBits: codePlan.width,
    indexBits,
    codeBits: codePlan.symbolBits,
    gapBits: indexBits > 0 ? gapPlan.symbolBits : 0,
  };
}

/** Reads the next tensor. One of more than `maxSize` values is refused before any memory is taken. */
export function readTensor(reader: BitReader, name: string, maxSize: number, mark: Mark): { tensor: PackedTensor; shared?: SharedCounts } {
  const start = reader.offset;
  const shared = reader.read(1) === 1;
  const byColumns = reader.read(1) === 1;
  const indexBits = reader.read(4);
  if (reader.read(2) !== 0 || indexBits > 8 || (!shared && (byColumns || indexBits > 0))) throw new FormatError(`readTensor: '${name}' is of no known kind`, start);
  const shape = Array.from({ length: reader.read(8) }, () => reader.readVarint());
  const size = sizeOf(shape);
  if (!(size <= maxSize)) throw new FormatError(`readTensor: '${name}' must have at most ${maxSize} values in a file of this length, got ${size}`, start);
  if (!shared) {
    mark('header');
    const values = readFloats(reader, size);
    mark('values');
    return { tensor: { kind: 'dense', name, shape, values } };
  }

  const clusters = reader.readVarint();
  const count = reader.readVarint();
  if (clusters > 65535) throw new FormatError(`readTensor: '${name}' must have at most 65535 clusters, got ${clusters}`, start);
  if (count > size) throw new FormatError(`readTensor: '${name}' must have at most ${size} entries, got ${count}`, start);
  mark('header');
  const codebook = readFloats(reader, clusters);
  mark('codebook');
  const entryCodes = new Uint16Array(count);
  const codeStream = readStream(reader, clusters + 1, entryCodes, () => mark('codes table'));
  mark('codes');
  const gaps = indexBits > 0 ? new Uint8Array(count) : undefined;
  const gapStream = gaps && readStream(reader, 2 ** indexBits, gaps, () => mark('gaps table'));
  if (gaps) mark('gaps');

  const codes = clusters < 256 ? new Uint8Array(size) : new Uint16Array(size);
  const [rows, columns] = asMatrix(shape);
  const largestGap = 2 ** indexBits - 1;
  let fillers = 0;
  let position = -1;
  for (let i = 0; i < count; i++) {
    const gap = gaps ? gaps[i] : 0;
    position += gap + 1;
    if (entryCodes[i] === 0) {
      if (gap < largestGap) throw new FormatError(`readTensor: a filler of '${name}' must have the largest gap, ${largestGap}, got ${gap}`, start);
      fillers++;
      continue;
    }
    codes[byColumns ? (position % rows) * columns + Math.floor(position / rows) : position] = entryCodes[i];
  }
  if (position >= size) throw new FormatError(`readTensor: positions of '${name}' must be below ${size}, got ${position}`, start);
  if (count > 0 && entryCodes[count - 1] === 0) throw new FormatError(`readTensor: the last entry of '${name}' must not be a filler`, start);
  return {
    tensor: { kind: 'shared', name, shape, codebook, codes, indexBits: indexBits },
    shared: { entries: count, fillers, weightBits: codeStream.width, indexBits, codeBits: codeStream.symbolBits, gapBits: gapStream?.symbolBits ?? 0 },
  };
}

function writeShape(writer: BitWriter, shape: readonly number[]): void {
  writer.write(shape.length, 8);
  for (const length of shape) writer.writeVarint(length);
}

function writeFloats(writer: BitWriter, values: Float32Array): void {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let union = 0;
  for (const word of words) union |= word;
  const width = union === 0 ? 1 : 1 + Math.clz32(union & -union);
  writer.write(width, 8);
  for (const word of words) writer.write(word >>> (32 - width), width);
}

function readFloats(reader: BitReader, count: number): Float32Array {
  const width = reader.read(8);
  if (width < 1 || width > 32) throw new FormatError(`readFloats: a value must have 1 to 32 bits, got ${width}`, reader.offset - 1);
  reader.need(count * width);
  const words = new Uint32Array(count);
  for (let i = 0; i < count; i++) words[i] = reader.read(width) << (32 - width);
  reader.align();
  return new Float32Array(words.buffer);
}
