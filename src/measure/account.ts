import { expectedFillers, predictedRate } from './predict';

/** A pruned, shared and Huffman-coded layer by the numbers that Han et al. 2016 print in Tables 2 to 5. */
export interface StoredLayer {
  layer: string;
  /** All weights, zeros included. */
  weights: number;
  /** Kept weights / weights. */
  density: number;
  /** Bits of a code and of a gap before Huffman coding. */
  weightBits: number;
  indexBits: number;
  /** Their averages after it. */
  weightBitsCoded: number;
  indexBitsCoded: number;
}

/** What a layer takes by formula. Rates are compressed / original, codebooks counted. */
export interface AccountedLayer {
  layer: string;
  weights: number;
  kept: number;
  /** Before Huffman coding, without fillers. */
  rateBare: number;
  /** With the fillers that independent weights take. */
  rateQuantized: number;
  /** Likewise, after Huffman coding. */
  rateCoded: number;
}

/**
 * Sizes of layers by `predictedRate`, with the fillers that are expected if each weight is kept independently of the others. The last row is the `total`, whose rates are the means by the weights.
 */
export function account(layers: readonly StoredLayer[]): AccountedLayer[] {
  const rows = layers.map(({ layer, weights, density, weightBits, indexBits, weightBitsCoded, indexBitsCoded }): AccountedLayer => {
    const kept = weights * density;
    const fillers = kept * expectedFillers(density, indexBits);
    const stored = { weights, kept, clusters: 2 ** weightBits };
    return {
      layer,
      weights,
      kept,
      rateBare: predictedRate({ ...stored, weightBits, indexBits }),
      rateQuantized: predictedRate({ ...stored, fillers, weightBits, indexBits }),
      rateCoded: predictedRate({ ...stored, fillers, weightBits: weightBitsCoded, indexBits: indexBitsCoded }),
    };
  });
  const sum = (value: (row: AccountedLayer) => number) => rows.reduce((total, row) => total + value(row), 0);
  const weights = sum((row) => row.weights);
  const mean = (rate: 'rateBare' | 'rateQuantized' | 'rateCoded') => sum((row) => row[rate] * row.weights) / weights;
  return [...rows, { layer: 'total', weights, kept: sum((row) => row.kept), rateBare: mean('rateBare'), rateQuantized: mean('rateQuantized'), rateCoded: mean('rateCoded') }];
}
