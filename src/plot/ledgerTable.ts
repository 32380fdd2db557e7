import type { LedgerRow } from '../measure';
import { frame, type Frame } from './table';

const known = (value: number) => (Number.isNaN(value) ? '' : value);

/** A ledger in the columns of Han et al. 2016, Tables 2 to 5, rates in percent; with the bytes by formula and those of the file. */
export const ledgerTable = (ledger: readonly LedgerRow[]): Frame =>
  frame(
    ledger.map((row) => ({
      layer: row.layer,
      weights: row.weights,
      'kept (%)': known(100 * row.density),
      'weight bits': known(row.weightBits),
      '… Huffman': known(row.weightBitsCoded),
      'index bits': known(row.indexBits),
      '… Huffman ': known(row.indexBitsCoded),
      'P+Q (%)': known(100 * row.rateQuantized),
      'P+Q+H (%)': known(100 * row.rateCoded),
      'predicted bytes': Math.round(row.predictedBytes),
      bytes: row.bytes,
    })),
  );
