import { countGaps } from '../codec';

const GAP_BITS = [1, 2, 3, 4, 5, 6, 7, 8];

/**
 * The part of fp32 that a layer's weights take by Deep Compression's formula, without Huffman coding: the codes and gaps of the kept weights and of the fillers between them, with gaps of the width that makes it smallest, or a code for every weight where that is smaller, and the codebook in fp32:
 *
 * rate = (min over b of entries(b) · (code bits + b), or n · code bits) / 32 n + clusters / n
 *
 * @param weights `[n]`; those that are 0 count as cut
 * @param clusters shared values, the zero among them; where weights are not shared, undefined: a code is the weight itself, 32 bits
 */
export function smallestRate(weights: Float32Array, clusters?: number): number {
  const positions = Uint32Array.from(weights.keys()).filter((i) => weights[i] !== 0);
  const codeBits = clusters === undefined ? 32 : Math.log2(clusters);
  const withGaps = GAP_BITS.map((width) => (positions.length + countGaps(positions, width).fillers) * (width + codeBits));
  const bits = Math.min(weights.length * codeBits, ...withGaps) + 32 * (clusters ?? 0);
  return bits / (32 * weights.length);
}
