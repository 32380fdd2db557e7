/**
 * The packed file: a compressed network in as few bytes as its paper's codes allow.
 *
 *     'SQZ' (3 bytes), version (1 byte)
 *     bytes of the text, bytes that it takes deflated or 0 (varints), text:
 *       the architecture and then the tensors' names, each as its length in bytes (varint) and UTF-8
 *     record of each tensor (tensors.ts)
 *     CRC-32 of everything before (4 bytes)
 *
 * A file with signs is of version 2, any other of version 1. Every part begins at a whole byte; numbers have their most significant bit first, except varints.
 * docs/format.md is the whole description.
 */
import { crc32 } from 'node:zlib';
import { BitReader, BitWriter } from './bits';
import { checkTensor } from './check';
import { FormatError } from './error';
import type { PackedTensor } from './packedTensor';
import { sizeOf } from '../system';
import { readTensor, writeTensor, type Mark, type SharedCounts } from './tensors';
import { readText, writeText } from './text';

/** The newest that is read. */
export const VERSION = 2;
const MAGIC = [0x53, 0x51, 0x5a];
const CHECKSUM_BYTES = 4;
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
  /** Entries of the codebook; 2 for signs, 0 for a dense tensor. */
  clusters: number;
  /** What its codes and gaps took; left out for a dense tensor. */
  shared?: SharedCounts;
  /** How many scales it has; for signs only. */
  scales?: number;
}

/**
 * Packs a model. `encode(decode(bytes))` gives the same bytes, if `encode` made them.
 *
 * @throws RangeError when a tensor contradicts itself (codes beyond the codebook, a shape that does not fit), or there are more tensors, clusters or values than a file may have
 */
export function encode({ architecture, tensors }: PackedModel): Encoded {
  if (tensors.length > MOST_TENSORS) throw new RangeError(`encode: a file must have at most ${MOST_TENSORS} tensors, got ${tensors.length}`);
  for (const tensor of tensors) checkTensor(tensor);
  const writer = new BitWriter();
  const { sections, mark } = marks(() => {
    writer.align();
    return writer.bitLength / 8;
  });

  writer.writeBytes(Uint8Array.of(...MAGIC, versionOf(tensors)));
  mark('file header');
  writeText(writer, [architecture, ...tensors.map(({ name }) => name)]);
  mark('architecture');
  const encoded = tensors.map((tensor) => counted(tensor, writeTensor(writer, tensor, (kind) => mark(kind, tensor.name))));
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
  const kept = shared!.entries - shared!.fillers;
  if (tensor.kind === 'signs') return { name, shape, kept, clusters: 2, shared, scales: tensor.scales.length };
  return { name, shape, kept, clusters: tensor.codebook.length, shared };
}

/**
 * Unpacks a model, and says what every byte of the file is for.
 *
 * @throws FormatError when the bytes are not a whole, unchanged file of versions 1 or 2. What is declared is checked
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
  const [architecture, ...names] = readText(reader, MOST_TENSORS);
  mark('architecture');
  let room = maxValues(bytes.length);
  const read = names.map((name) => {
    const { tensor, shared } = readTensor(reader, name, room, (kind) => mark(kind, name));
    room -= sizeOf(tensor.shape);
    return { tensor, counts: counted(tensor, shared) };
  });
  if (reader.remaining > 0) throw new FormatError('decode: the tensors must end where the checksum begins', reader.offset);
  const tensors = read.map(({ tensor }) => tensor);
  const lowest = versionOf(tensors);
  if (version !== lowest) throw new FormatError(`decode: a file ${lowest === 2 ? 'with' : 'without'} signs must be of version ${lowest}, got ${version}`, MAGIC.length);
  sections.push({ kind: 'checksum', tensor: undefined, offset: end, bytes: CHECKSUM_BYTES });
  return { architecture, tensors, account: { sections, tensors: read.map(({ counts }) => counts) } };
}

/** The lowest version that has all of the tensors' kinds. */
const versionOf = (tensors: readonly PackedTensor[]): number => (tensors.some(({ kind }) => kind === 'signs') ? 2 : 1);

/** The most values that a file of a length may hold: bounds what a forged shape can ask for. */
const maxValues = (bytes: number): number => 2 ** 20 + 128 * bytes;
