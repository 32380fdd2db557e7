import { fromGaps } from '../codec';
import { ByteReader, bytesOf } from './bytes';
import type { FloatTensor } from './tensor';
import { sizeOf } from '../system';

/** A layer of a net, in the order of its prototxt: such a file says neither names nor shapes. */
export interface CompressedLayer {
  name: string;
  /** Caffe's: `[out, in / group, height, width]`, or `[out, in]`. */
  shape: readonly number[];
  /** Of a code: 8 in the authors' convolutions, 4 in their dense layers. */
  bits: 4 | 8;
}

/** What the file holds of a layer. */
export interface DeepCompressed extends CompressedLayer {
  /** `[2^bits]`; entry 0 is the value 0. */
  codebook: Float32Array;
  /** `[entries]`; 0 for a filler */
  codes: Uint8Array;
  /** `[entries]`, zeros before each, 0 to 15 */
  gaps: Uint8Array;
  /** `[entries]`, in C order */
  positions: Uint32Array;
  /** `[out]` */
  biases: Float32Array;
}

/**
 * Reads a net as the authors of Deep Compression published theirs (Han et al. 2016; `decode.py` beside their `compressed_SqueezeNet.net`): pruned and shared, not
 * Huffman-coded. Little-endian:
 *
 *     entries of each layer, fillers too (4 bytes each)
 *     for each layer: codebook and biases (float32), codes (a byte each, or two a byte), gaps (two a byte); of two, the first in the low half
 *
 * A gap counts the zeros before an entry: position = sum of (gap + 1) - 1. More than 15 zeros take fillers: gap 15, code 0.
 *
 * @param bytes the whole file
 * @param layers all of the net, in the file's order
 * @throws FormatError when the bytes are not those of a net with such layers
 * @throws TypeError when `bytes` is no Uint8Array
 */
export function readDeepCompressed(bytes: Uint8Array, layers: readonly CompressedLayer[]): DeepCompressed[] {
  const reader = new ByteReader('readDeepCompressed', bytes);
  const counts = layers.map(({ name, shape }) => {
    const count = reader.uint(4, `the number of entries of ${name}`);
    if (count > sizeOf(shape)) throw reader.error(`${name} [${shape.join(', ')}] must have at most ${sizeOf(shape)} entries, got ${count}; is the net another?`, reader.offset - 4);
    return count;
  });
  const read = layers.map((layer, i) => {
    const { name, shape, bits } = layer;
    const codebook = reader.float32s(2 ** bits, `the codebook of ${name}`);
    if (codebook[0] !== 0) throw reader.error(`the codebook of ${name} must begin with 0, got ${codebook[0]}`, reader.offset - 4 * codebook.length);
    const biases = reader.float32s(shape[0], `the biases of ${name}`);
    const codes = readPacked(reader, counts[i], bits, `the codes of ${name}`);
    const start = reader.offset;
    const gaps = readPacked(reader, counts[i], 4, `the gaps of ${name}`);
    const last = gaps.reduce((position, gap) => position + gap + 1, -1);
    if (last >= sizeOf(shape)) throw reader.error(`positions in ${name} must be below ${sizeOf(shape)}, got ${last}`, start);
    return { ...layer, codebook, codes, gaps, positions: fromGaps(gaps, sizeOf(shape)), biases };
  });
  reader.end();
  return read;
}

/** Whole numbers of 4 or 8 bits. */
function readPacked(reader: ByteReader, count: number, bits: 4 | 8, what: string): Uint8Array {
  const bytes = reader.take(Math.ceil((count * bits) / 8), what);
  if (bits === 8) return new Uint8Array(bytes);
  if (count % 2 === 1 && bytes[bytes.length - 1] > 15) throw reader.error(`${what} must end with 4 bits of zeros`, reader.offset - 1);
  return Uint8Array.from({ length: count }, (_, i) => (i % 2 ? bytes[i >> 1] >> 4 : bytes[i >> 1] & 15));
}

/** A layer as it is written: its positions follow from the gaps. */
export type WrittenLayer = Omit<DeepCompressed, 'positions'>;

/**
 * The bytes that `readDeepCompressed` reads. Gaps and codes of weights are made by `codec.toGaps(positions, codes, 4)`.
 *
 * @throws RangeError when a layer's codebook, biases, codes or gaps do not fit its bits or its shape
 */
export function writeDeepCompressed(layers: readonly WrittenLayer[]): Uint8Array {
  layers.forEach(checkLayer);
  const counts = Uint32Array.from(layers, ({ codes }) => codes.length);
  const parts = layers.flatMap(({ bits, codebook, biases, codes, gaps }) => [bytesOf(codebook), bytesOf(biases), packed(codes, bits), packed(gaps, 4)]);
  return new Uint8Array(Buffer.concat([bytesOf(counts), ...parts]));
}

function checkLayer({ name, shape, bits, codebook, biases, codes, gaps }: WrittenLayer): void {
  const must = (holds: boolean, what: string, got: number) => {
    if (!holds) throw new RangeError(`writeDeepCompressed: ${name} must have ${what}, got ${got}`);
  };
  must(codebook.length === 2 ** bits, `a codebook of ${2 ** bits} values`, codebook.length);
  must(codebook[0] === 0, 'a codebook that begins with 0', codebook[0]);
  must(biases.length === shape[0], `${shape[0]} biases`, biases.length);
  must(gaps.length === codes.length, `a gap for each of its ${codes.length} codes`, gaps.length);
  const [code, gap] = [codes, gaps].map((values) => values.reduce((most, value) => Math.max(most, value), 0));
  must(code < 2 ** bits, `codes below ${2 ** bits}`, code);
  must(gap < 16, 'gaps below 16', gap);
  const last = gaps.reduce((position, gap) => position + gap + 1, -1);
  must(last < sizeOf(shape), `positions below ${sizeOf(shape)}`, last);
}

/** Whole numbers of 4 or 8 bits; of two in a byte the first in the low half. */
const packed = (values: Uint8Array, bits: 4 | 8): Uint8Array =>
  bits === 8 ? values : Uint8Array.from({ length: Math.ceil(values.length / 2) }, (_, i) => values[2 * i] + 16 * (values[2 * i + 1] ?? 0));

/** The layer's weights, `[...shape]` as Caffe has it: the codebook's values at their positions, and zeros. */
export function deepCompressedWeights({ shape, codebook, codes, positions }: DeepCompressed): FloatTensor {
  const values = new Float32Array(sizeOf(shape));
  positions.forEach((position, i) => (values[position] = codebook[codes[i]]));
  return { shape, values };
}
