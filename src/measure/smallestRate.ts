import { countGaps } from '../codec';
import { predictedRate } from './predict';

const GAP_BITS = [1, 2, 3, 4, 5, 6, 7, 8];

/**
 * The part of fp32 that a layer's weights take by Deep Compression's formula, without Huffman coding: `predictedRate` with gaps of the width that makes it least, or a code for every weight and no gaps where that is less:
 *
 * rate = min((kept + fillers) · (code bits + gap bits), n · code bits) / 32 n + clusters / n
 *
 * @param weights `[n]`; those that are 0 count as cut
 * @param clusters shared values, the zero among them; where weights are not shared, undefined: a code is the weight itself, of 32 bits
 */
export function smallestRate(weights: Float32Array, clusters?: number): number {
  const positions = Uint32Array.from(weights.keys()).filter((i) => weights[i] !== 0);
  const stored = { weights: weights.length, kept: positions.length, weightBits: clusters === undefined ? 32 : Math.log2(clusters), clusters: clusters ?? 0 };
  const everyWeight = predictedRate({ ...stored, kept: weights.length, indexBits: 0 });
  return Math.min(everyWeight, ...GAP_BITS.map((indexBits) => predictedRate({ ...stored, fillers: countGaps(positions, indexBits).fillers, indexBits })));
}
