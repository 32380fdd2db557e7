/**
 * The packed file: a compressed network in as few bytes as its paper's codes allow.
 *
 *     'SQZ' (3 bytes), version (1 byte)
 *     bytes of the text, bytes that it takes deflated or 0 (varints), text:
 *       the architecture and then the tensors' names, each as its length in bytes (varint) and UTF-8
 *     record of each tensor (tensors.ts)
 *     CRC-32 of everything before (4 bytes)
 *
 * Every part begins at a whole byte; numbers have their most significant bit first, except varints. docs/format.md is the whole description.
 */
import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { BitReader, BitWriter } from './bits';
import { FormatError } from './error';
import type { PackedTensor } from './packedTensor';
import { sizeOf } from '../system';
import { readTensor, writeDense, writeShared, type Mark, type SharedCounts } from './tensors';

export const VERSION = 1;
const MAGIC = [0x53, 0x51, 0x5a];
const CHECKSUM_BYTES = 4;
const MAX_TEXT = 2 ** 22;
const MOST_TENSORS = 2 ** 16;
/** Where the length of the text stands. */
export const TEXT_OFFSET = MAGIC.length + 1;

/** What a packed file holds: an architecture and its tensors. */
export interface PackedModel {
  /** What the tensors are for, as JSON; the codec does not look into it. */
  architecture: string;
  /** In the file's order; names need not differ. */
  tensors: PackedTensor[];
}

/** What some consecutive bytes of the file hold; `tensor` is its name. */
export interface Section {
  /** The file's own parts, or those of a tensor's record. */
  kind: Parameters<Mark>[0] | 'file header' | 'architecture' | 'checksum';
  /** The tensor that the bytes are of; left out where they are of none. */
  tensor?: string;
  /** The first byte, counted from 0. */
  offset: number;
  /** How many bytes. */
  bytes: number;
}

/** What the bytes of a file are for: `ledger` adds it up. */
export interface Account {
  /** Every byte of the file, in order. The names count as architecture. */
  sections: Section[];
  /** One for each tensor, in the file's order. */
  tensors: EncodedTensor[];
}

/** A packed file, with what every byte of it is for. */
export interface Encoded extends Account {
  /** The whole file. */
  bytes: Uint8Array;
}

/** What was in a packed file, with what every byte of it was for. */
export interface Decoded extends PackedModel {
  /** What `ledger` adds up. */
  account: Account;
}

/** A tensor of a packed file in numbers. */
export interface EncodedTensor {
  name: string;
  shape: readonly number[];
  /** Values that are not 0. */
  kept: number;
  /** Entries of the codebook, 0 for a dense tensor. */
  clusters: number;
  /** What its codes and gaps took; for a shared tensor only. */
  shared?: SharedCounts;
}

/**
 * Packs a model. `encode(decode(bytes))` gives the same bytes, if `encode` made them.
 *
 * @throws RangeError when a tensor contradicts itself (codes beyond the codebook, a shape that does not fit), or there are more tensors, clusters or values than a file may have
 */
export function encode({ architecture, tensors }: PackedModel): Encoded {
  if (tensors.length > MOST_TENSORS) throw new RangeError(`encode: a file must have at most ${MOST_TENSORS} tensors, got ${tensors.length}`);
  for (const tensor of tensors) check(tensor);
  const writer = new BitWriter();
  const { sections, mark } = marks(() => {
    writer.align();
    return writer.bitLength / 8;
  });

  writer.writeBytes(Uint8Array.of(...MAGIC, VERSION));
  mark('file header');
  writeText(writer, [architecture, ...tensors.map(({ name }) => name)]);
  mark('architecture');
  const encoded = tensors.map((tensor): EncodedTensor => {
    const markTensor: Mark = (kind) => mark(kind, tensor.name);
    if (tensor.kind === 'shared') return counted(tensor, writeShared(writer, tensor, markTensor));
    writeDense(writer, tensor, markTensor);
    return counted(tensor);
  });
  const total = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const limit = maxValues(writer.bitLength / 8 + CHECKSUM_BYTES);
  if (total > limit) throw new RangeError(`encode: a file of this length must hold at most ${limit} values, got ${total}; leave out tensors that are pruned whole`);
  writer.write(crc32(writer.bytes()), 32);
  mark('checksum');
  return { bytes: writer.bytes(), sections, tensors: encoded };
}

/** Lists what the bytes between marks hold; `place` is where the next one goes. */
function marks(place: () => number): { sections: Section[]; mark: (kind: Section['kind'], tensor?: string) => void } {
  const sections: Section[] = [];
  let offset = 0;
  const mark = (kind: Section['kind'], tensor?: string) => {
    const bytes = place() - offset;
    if (bytes > 0) sections.push({ kind, tensor, offset, bytes });
    offset += bytes;
  };
  return { sections, mark };
}

function counted(tensor: PackedTensor, shared?: SharedCounts): EncodedTensor {
  const { name, shape } = tensor;
  if (tensor.kind === 'dense') return { name, shape, kept: tensor.values.reduce((kept, value) => kept + +(value !== 0), 0), clusters: 0 };
  return { name, shape, kept: shared!.entries - shared!.fillers, clusters: tensor.codebook.length, shared };
}

/**
 * Unpacks a model, and says what every byte of the file is for.
 *
 * @throws FormatError when the bytes are not a whole, unchanged file of this version. What is declared is checked
 * against the file's length before memory is taken for it.
 */
export function decode(bytes: Uint8Array): Decoded {
  if (bytes.length < TEXT_OFFSET || MAGIC.some((byte, i) => bytes[i] !== byte)) throw new FormatError("decode: a packed file must begin with 'SQZ'", 0);
  const version = bytes[MAGIC.length];
  if (version > VERSION) throw new FormatError(`decode: the file is of version ${version}, this squeezelab reads up to ${VERSION}; update it`, MAGIC.length);
  if (version < 1) throw new FormatError('decode: a version must be at least 1, got 0', MAGIC.length);
  const end = bytes.length - CHECKSUM_BYTES;
  if (end < TEXT_OFFSET) throw new FormatError('decode: the file is cut short', bytes.length);
  if (crc32(bytes.subarray(0, end)) !== new BitReader(bytes.subarray(end)).read(32)) throw new FormatError('decode: the checksum must match; the file is damaged', end);

  const reader = new BitReader(bytes.subarray(0, end));
  const { sections, mark } = marks(() => reader.offset);
  reader.readBytes(TEXT_OFFSET);
  mark('file header');
  const [architecture, ...names] = readText(reader);
  mark('architecture');
  let room = maxValues(bytes.length);
  const read = names.map((name) => {
    const { tensor, shared } = readTensor(reader, name, room, (kind) => mark(kind, name));
    room -= sizeOf(tensor.shape);
    return { tensor, counts: counted(tensor, shared) };
  });
  if (reader.remaining > 0) throw new FormatError('decode: the tensors must end where the checksum begins', reader.offset);
  sections.push({ kind: 'checksum', tensor: undefined, offset: end, bytes: CHECKSUM_BYTES });
  return { architecture, tensors: read.map(({ tensor }) => tensor), account: { sections, tensors: read.map(({ counts }) => counts) } };
}

/** The most values that a file of a length may hold: bounds what a forged shape can ask for. */
const maxValues = (bytes: number): number => 2 ** 20 + 128 * bytes;

function check(tensor: PackedTensor): void {
  const where = `encode: '${tensor.name}'`;
  const values = tensor.kind === 'shared' ? tensor.codes : tensor.values;
  if (tensor.shape.length > 255 || !tensor.shape.every((length) => Number.isInteger(length) && length >= 0 && length < 2 ** 32)) {
    throw new RangeError(`${where} must have a shape of whole numbers, got [${tensor.shape.join(', ')}]`);
  }
  if (values.length !== sizeOf(tensor.shape)) throw new RangeError(`${where} must have as many values as its shape [${tensor.shape.join(', ')}], got ${values.length}`);
  if (tensor.kind === 'dense') return;
  const { codebook, indexBits = 0 } = tensor;
  let largest = 0;
  for (const code of tensor.codes) if (code > largest) largest = code;
  if (codebook.length > 65535) throw new RangeError(`${where} must have at most 65535 clusters, got ${codebook.length}`);
  if (largest > codebook.length) throw new RangeError(`${where} must have codes up to ${codebook.length}, the size of its codebook, got ${largest}`);
  if (!Number.isInteger(indexBits) || indexBits < 0 || indexBits > 8) throw new RangeError(`${where} must have 0 to 8 index bits, got ${indexBits}`);
}

function writeText(writer: BitWriter, strings: string[]): void {
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
function readText(reader: BitReader): string[] {
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
      if (strings.length > MOST_TENSORS) throw new RangeError(`names of more than ${MOST_TENSORS} tensors`);
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
