import { codeLengths } from '../codec';

/** How often each symbol of a stream occurs, and what it takes. Bits are of one symbol, on average. */
export interface SymbolStatistics {
  /** `[symbols]` */
  counts: number[];
  /** Bits of each symbol's Huffman code, `[symbols]`; 0 for what does not occur. */
  lengths: number[];
  /** Bits at one width for all. */
  fixed: number;
  huffman: number;
  /** −Σ pᵢ log₂ pᵢ, below which no code for single symbols goes. */
  entropy: number;
}

/**
 * Counts the symbols of a stream, and what Huffman coding makes of them.
 *
 * @param values `[n]`, each from 0 to `symbols` − 1
 */
export function symbolStatistics(values: ArrayLike<number>, symbols: number): SymbolStatistics {
  const counts = new Array<number>(symbols).fill(0);
  for (const value of Array.from(values)) counts[value]++;
  const lengths = Array.from(codeLengths(counts));
  const mean = (bits: (symbol: number) => number) => counts.reduce((sum, count, symbol) => sum + (count ? count * bits(symbol) : 0), 0) / values.length;
  return { counts, lengths, fixed: Math.ceil(Math.log2(symbols)), huffman: mean((symbol) => lengths[symbol]), entropy: mean((symbol) => -Math.log2(counts[symbol] / values.length)) };
}
