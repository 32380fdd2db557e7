/** The size ledger: what every byte of a packed file is for, layer by layer. */
import type { Account, EncodedTensor, Section } from '../codec';
import { predictedRate } from './predict';
import { described, sizeOf, textTable } from '../system';

/**
 * One layer, `file` (the file's header, architecture and checksum) or `total`. Bits are averages over the stored entries, kept
 * weights and fillers alike. Rates are compressed / original, ratios original / compressed. Where there is nothing to
 * divide by, a figure is NaN.
 */
export interface LedgerRow {
  /** Its name, `file` or `total`. */
  layer: string;
  /** Values of its tensors with two axes or more. */
  weights: number;
  /** Weights that are not 0. */
  kept: number;
  /** kept / weights */
  density: number;
  /** Entries of the relative index that hold no weight. */
  fillers: number;
  /** Bits of a code at fixed width. */
  weightBits: number;
  /** Bits of a code as stored, after Huffman coding. */
  weightBitsCoded: number;
  /** Bits of a gap at fixed width. */
  indexBits: number;
  /** Bits of a gap as stored, after Huffman coding. */
  indexBitsCoded: number;
  /** Codes of the weights, their signs among them, without their tables. */
  codeBytes: number;
  /** Gaps of the weights, without their tables. */
  gapBytes: number;
  /** Values that the weights share, and scales of signs. */
  codebookBytes: number;
  /** How the streams are coded: mostly Huffman code lengths. */
  tableBytes: number;
  /** Weights that are stored as they are. */
  valueBytes: number;
  /** All of the layer's tensors with at most one axis. */
  biasBytes: number;
  /** All else: kinds and shapes; in `file`, the file's header, architecture and checksum. */
  headerBytes: number;
  /** P+Q: codes and gaps at fixed width and the codebook in float32, against the weights in float32. */
  rateQuantized: number;
  /** 1 / rateQuantized */
  ratioQuantized: number;
  /** P+Q+H: what the weights take in the file, with codebook and Huffman tables, without headers. */
  rateCoded: number;
  /** 1 / rateCoded */
  ratioCoded: number;
  /** By Han et al.'s formula, with the bits after Huffman coding; biases, and weights not shared, in float32. */
  predictedBytes: number;
  /** In the file, all included. */
  bytes: number;
  /** All values in float32, biases too. */
  originalBytes: number;
  /** originalBytes / bytes */
  ratio: number;
}

/**
 * Accounts for a packed file: a row for each layer, one for what belongs to none, and the total, whose `bytes` are the
 * file's length. A layer is the tensors whose names agree up to the last '/'. Tensors with two axes or more are its weights.
 *
 * ```ts
 * import { key, ledger, mlp, pack, parametrizeAll, prune } from 'squeezelab';
 *
 * const model = mlp(key(1), [784, 50, 10]);
 * parametrizeAll(model, prune({ density: 0.1 }));
 * const packed = pack(model);
 * const rows = ledger(packed);
 * console.log(rows.map(({ layer, kept }) => `${layer} ${kept}`).join(', ')); // => fc1 3920, fc2 50, file 0, total 3970
 * console.log(rows.at(-1)?.bytes === packed.bytes.length); // => true
 * ```
 *
 * @param account what `pack` or `codec.encode` gives, or the `account` of `codec.decode`
 * @returns `[layers + 2]`
 */
export function ledger(account: Account): LedgerRow[] {
  if (!Array.isArray((account as Partial<Account> | undefined)?.sections)) throw new TypeError(`ledger: it must be what pack(model) returns, or the account of decode(bytes), got ${described(account)}; of a file's bytes write ledger(codec.decode(bytes).account)`);
  const { sections, tensors } = account;
  const layers = [...new Set(tensors.map(({ name }) => layerOf(name)))];
  const isWeight = new Map(tensors.map(({ name, shape }) => [name, shape.length > 1]));
  const rows = layers.map((layer) => {
    const own = tensors.filter(({ name }) => layerOf(name) === layer);
    return row(layer, own, sections.filter(({ tensor }) => tensor !== undefined && layerOf(tensor) === layer), isWeight);
  });
  rows.push(row('file', [], sections.filter(({ tensor }) => tensor === undefined), isWeight));
  rows.push(row('total', tensors, sections, isWeight));
  return rows;
}

const layerOf = (name: string): string => (name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : name);

const sum = <T>(items: T[], value: (item: T) => number): number => items.reduce((total, item) => total + value(item), 0);

const weightsOf = ({ shape }: EncodedTensor): number => sizeOf(shape);

function row(layer: string, tensors: EncodedTensor[], sections: Section[], isWeight: Map<string, boolean>): LedgerRow {
  const matrices = tensors.filter(({ shape }) => shape.length > 1);
  const biases = tensors.filter(({ shape }) => shape.length < 2);
  const weights = sum(matrices, weightsOf);
  const entries = sum(matrices, ({ shared }) => shared?.entries ?? 0);
  const overEntries = (bits: (tensor: NonNullable<EncodedTensor['shared']>) => number) => sum(matrices, ({ shared }) => (shared ? bits(shared) : 0)) / entries;

  const ofWeights = (...kinds: Section['kind'][]) => sum(sections.filter(({ kind, tensor }) => kinds.includes(kind) && tensor !== undefined && isWeight.get(tensor)), ({ bytes }) => bytes);
  const codeBytes = ofWeights('codes');
  const gapBytes = ofWeights('gaps');
  const codebookBytes = ofWeights('codebook');
  const tableBytes = ofWeights('codes table', 'gaps table');
  const valueBytes = ofWeights('values');
  const biasBytes = sum(sections.filter(({ tensor }) => tensor !== undefined && !isWeight.get(tensor)), ({ bytes }) => bytes);
  const bytes = sum(sections, (section) => section.bytes);
  const originalBytes = 4 * (weights + sum(biases, weightsOf));

  const rateQuantized = sum(matrices, (tensor) => sizeOf(tensor.shape) * rateOf(tensor, 'fixed')) / weights;
  const rateCoded = (codeBytes + gapBytes + codebookBytes + tableBytes + valueBytes) / (4 * weights);
  const kept = sum(matrices, (tensor) => tensor.kept);
  return {
    layer,
    weights,
    kept,
    density: kept / weights,
    fillers: sum(matrices, ({ shared }) => shared?.fillers ?? 0),
    weightBits: overEntries(({ entries: count, weightBits }) => count * weightBits),
    weightBitsCoded: overEntries(({ codeBits }) => codeBits),
    indexBits: overEntries(({ entries: count, indexBits }) => count * indexBits),
    indexBitsCoded: overEntries(({ gapBits }) => gapBits),
    codeBytes,
    gapBytes,
    codebookBytes,
    tableBytes,
    valueBytes,
    biasBytes,
    headerBytes: bytes - codeBytes - gapBytes - codebookBytes - tableBytes - valueBytes - biasBytes,
    rateQuantized,
    ratioQuantized: 1 / rateQuantized,
    rateCoded,
    ratioCoded: 1 / rateCoded,
    predictedBytes: 4 * sum(matrices, (tensor) => sizeOf(tensor.shape) * rateOf(tensor, 'coded')) + 4 * sum(biases, weightsOf),
    bytes,
    originalBytes,
    ratio: originalBytes / bytes,
  };
}

/** The rate of a weight tensor by formula, at fixed width or with the bits after Huffman coding. */
function rateOf(tensor: EncodedTensor, bits: 'fixed' | 'coded'): number {
  const { kept, clusters, shared, scales } = tensor;
  if (!shared) return 1;
  const { entries, fillers, weightBits, indexBits, codeBits, gapBits } = shared;
  const coded = bits === 'coded' && entries > 0;
  return predictedRate({
    weights: sizeOf(tensor.shape),
    kept,
    fillers,
    weightBits: coded ? codeBits / entries : weightBits,
    indexBits: coded ? gapBits / entries : indexBits,
    clusters: scales ?? clusters,
  });
}

const COLUMNS: [title: string, cell: (row: LedgerRow) => string][] = [
  ['layer', ({ layer }) => layer],
  ['weights', ({ weights }) => whole(weights)],
  ['kept', ({ density }) => percent(density)],
  ['weight bits', (row) => change(row.weightBits, row.weightBitsCoded)],
  ['index bits', (row) => change(row.indexBits, row.indexBitsCoded)],
  ['fillers', ({ fillers }) => whole(fillers)],
  ['P+Q', ({ rateQuantized }) => percent(rateQuantized)],
  ['P+Q+H', ({ rateCoded }) => percent(rateCoded)],
  ['codes', ({ codeBytes }) => whole(codeBytes)],
  ['gaps', ({ gapBytes }) => whole(gapBytes)],
  ['codebook', ({ codebookBytes }) => whole(codebookBytes)],
  ['tables', ({ tableBytes }) => whole(tableBytes)],
  ['values', ({ valueBytes }) => whole(valueBytes)],
  ['biases', ({ biasBytes }) => whole(biasBytes)],
  ['headers', ({ headerBytes }) => whole(headerBytes)],
  ['predicted', ({ predictedBytes }) => whole(Math.round(predictedBytes))],
  ['bytes', ({ bytes }) => whole(bytes)],
  ['ratio', ({ ratio, originalBytes }) => (originalBytes > 0 ? `${ratio.toFixed(1)}x` : '-')],
];

const whole = (value: number): string => value.toLocaleString('en-US');
const percent = (rate: number): string => (Number.isFinite(rate) ? `${(100 * rate).toFixed(2)}%` : '-');
const change = (before: number, after: number): string => (Number.isFinite(before) ? `${before.toFixed(1)} > ${after.toFixed(1)}` : '-');

/** The ledger as a text table, a line for each row: bits before and after Huffman coding, rates in percent, then bytes. */
export function formatLedger(rows: LedgerRow[]): string {
  if (!Array.isArray(rows)) throw new TypeError(`formatLedger: the rows must be those of ledger(pack(model)), got ${described(rows)}`);
  return textTable(COLUMNS.map(([title]) => title), rows.map((row) => COLUMNS.map(([, cell]) => cell(row))), (column) => column > 0);
}
