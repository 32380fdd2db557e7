/** Sizes by formula: what a file should take, to be set beside what it takes. */
import { checkOptions } from '../system';

/**
 * Ratio of weight sharing alone, original / compressed (Han et al. 2016, section 3):
 * `r = n b / (n log2 k + k b)` for n `weights` of b `bits`, 32 if left out, that share k values, the `clusters`.
 *
 * @throws TypeError for an option that there is not
 */
export function sharingRatio(options: { weights: number; bits?: number; clusters: number }): number {
  checkOptions('sharingRatio', options, ['weights', 'bits', 'clusters']);
  const { weights, bits = 32, clusters } = options;
  return (weights * bits) / (weights * Math.log2(clusters) + clusters * bits);
}

/** A pruned and shared layer in numbers, from which `predictedRate` says what it takes. */
export interface Stored {
  /** All weights of the layer, zeros included. */
  weights: number;
  /** Weights that are not 0. */
  kept: number;
  /** Entries of the relative index that hold no weight; 0 if left out. */
  fillers?: number;
  /** Bits of a code, on average over the entries. */
  weightBits: number;
  /** Bits of a gap, on average over the entries. */
  indexBits: number;
  /** Values that the weights share: entries of the codebook, each of 32 bits. */
  clusters: number;
}

/**
 * Rate of a pruned, shared and coded layer, compressed / original, as Han et al. 2016 count in Tables 2 to 5:
 * `(kept + fillers) (weightBits + indexBits) / 32 n + clusters / n` for n weights of 32 bits, which includes the codebook in float32 and leaves out
 * biases, Huffman tables and headers.
 *
 * @throws TypeError for an option that there is not
 */
export function predictedRate(options: Stored): number {
  checkOptions('predictedRate', options, ['weights', 'kept', 'fillers', 'weightBits', 'indexBits', 'clusters']);
  const { weights, kept, fillers = 0, weightBits, indexBits, clusters } = options;
  return ((kept + fillers) * (weightBits + indexBits)) / (32 * weights) + clusters / weights;
}

/**
 * Fillers that a kept weight takes on average if each weight is kept independently with probability `density`:
 * `q / (1 - q)` for `q = (1 - density)^(2^indexBits)`, the probability that 2^indexBits zeros follow each other.
 *
 * @param density in (0, 1]
 * @param indexBits bits of a gap
 */
export function expectedFillers(density: number, indexBits: number): number {
  const longRun = (1 - density) ** (2 ** indexBits);
  return longRun / (1 - longRun);
}
