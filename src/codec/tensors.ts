/**
 * The record of one tensor in a packed file.
 *
 *     kind (1 bit: shared), scan (1 bit: by columns), index bits (4 bits), kind (2 bits: 1 for signs); rank and lengths of the axes (varints)
 *     dense:   floats
 *     shared:  clusters, entries (varints); codebook as floats; stream of codes; stream of gaps, if there are index bits
 *     signs:   how many scales (varint); scales as floats, if there are any; a bit for each value
 *
 * Codes and gaps are those of the relative index, whose entries follow the tensor in C order or, if that takes fewer bytes, by
 * columns: the last axis slowest.
 */
import type { BitReader, BitWriter } from './bits';
import { FormatError } from './error';
import { sizeOf } from '../system';
import { readFloats, writeFloats } from './floats';
import { asMatrix, smallestLayout } from './layout';
import type { PackedTensor, SharedTensor, SignsTensor } from './packedTensor';
import { toGaps } from './relativeIndex';
import { readSigns, writeSigns } from './signs';
import { readStream, writeStreamSymbols, writeStreamTable } from './symbolStream';

/** What the codes and gaps of a tensor took: the figures of Han et al. 2016, Tables 2 to 5. A sign is an entry with a code of one bit and no gap. */
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

/** Writes a tensor; says what its codes and gaps took, if it has any. */
export function writeTensor(writer: BitWriter, tensor: PackedTensor, mark: Mark): SharedCounts | undefined {
  if (tensor.kind === 'shared') return writeShared(writer, tensor, mark);
  writer.write(+(tensor.kind === 'signs'), 8);
  writeShape(writer, tensor.shape);
  if (tensor.kind === 'signs') {
    writeSigns(writer, tensor, mark);
    return signCounts(tensor);
  }
  mark('header');
  writeFloats(writer, tensor.values);
  mark('values');
  return undefined;
}

function signCounts({ shape }: SignsTensor): SharedCounts {
  const size = sizeOf(shape);
  return { entries: size, fillers: 0, weightBits: 1, indexBits: 0, codeBits: size, gapBits: 0 };
}

function writeShared(writer: BitWriter, tensor: SharedTensor, mark: Mark): SharedCounts {
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
  const kind = reader.read(2);
  if (kind > 1 || (kind === 1 && shared) || indexBits > 8 || (!shared && (byColumns || indexBits > 0))) throw new FormatError(`readTensor: '${name}' is of no known kind`, start);
  const shape = Array.from({ length: reader.read(8) }, () => reader.readVarint());
  const size = sizeOf(shape);
  if (!(size <= maxSize)) throw new FormatError(`readTensor: '${name}' must have at most ${maxSize} values in a file of this length, got ${size}`, start);
  if (kind === 1) {
    const tensor = readSigns(reader, name, shape, start, mark);
    return { tensor, shared: signCounts(tensor) };
  }
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
