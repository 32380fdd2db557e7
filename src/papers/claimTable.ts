import type { LedgerRow } from '../measure';
import type { ClaimSheet } from './claimSheet';
import type { LayerRow, PublishedTable } from './han2016';

/** What is measured of a layer; the two averages of bits may be left out where a size is only accounted for. */
export type MeasuredRow = Pick<LedgerRow, 'layer' | 'rateQuantized' | 'rateCoded'> & Partial<Pick<LedgerRow, 'weightBitsCoded' | 'indexBitsCoded'>>;
type Quantity = Exclude<keyof MeasuredRow, 'layer'>;

/** What is known of the misses of a layer. */
export type LayerNotes = Partial<Record<Quantity, string>>;

const percent = (rate: number): number => 100 * rate;
const inverse = (rate: number): number => 1 / rate;
const same = (bits: number): number => bits;
const quantities: [keyof LayerRow, Quantity, (value: number) => number][] = [
  ['weightBitsHuffman', 'weightBitsCoded', same],
  ['indexBitsHuffman', 'indexBitsCoded', same],
  ['rate', 'rateQuantized', percent],
  ['rateHuffman', 'rateCoded', percent],
];

/**
 * Claims what Han et al. 2016 print in one of Tables 2 to 5 and a ledger measures: for each layer and the total the bits of codes and gaps after Huffman coding and the rates P+Q and P+Q+H,
 * for the total also the compression 1 / rate. What restates a setting (weights, densities, widths before Huffman coding) is not claimed. A layer that is printed as ip1 is fc1 in the ledger.
 *
 * ```ts
 * import { claimSheet, papers } from 'squeezelab';
 *
 * const claims = claimSheet({ notebook: 'mine', scale: 'quick', data: { name: 'drawn digits', real: false }, seeds: [1] });
 * const row = { rateQuantized: 0.03, rateCoded: 0.025, weightBitsCoded: 5, indexBitsCoded: 4 };
 * const ledger = ['fc1', 'fc2', 'fc3', 'total'].map((layer) => ({ layer, ...row }));
 * papers.claimTable(claims, papers.han2016.table2, [ledger], { fc3: { weightBitsCoded: 'it has few weights' } });
 * console.log(claims.claims.length); // => 18
 * ```
 *
 * @param ledgers one for each seed; or a single ledger where nothing depends on a seed
 * @param notes by the layer's name in the ledger
 * @throws RangeError for a ledger that lacks a printed layer
 */
export function claimTable(sheet: ClaimSheet, table: PublishedTable, ledgers: readonly MeasuredRow[] | readonly (readonly MeasuredRow[])[], notes: Record<string, LayerNotes> = {}): ClaimSheet {
  const single = isSingle(ledgers);
  const all = single ? [ledgers] : ledgers;
  for (const [printed, published] of Object.entries(table)) {
    if (!('rate' in published)) continue;
    const layer = printed.replace(/^ip/, 'fc');
    const rows = all.map((ledger) => rowOf(ledger, layer));
    const measure = (quantity: Quantity, to: (value: number) => number) => {
      const values = rows.flatMap((row) => row[quantity] ?? []).map(to);
      return single ? values[0] : values;
    };
    for (const [name, quantity, to] of quantities) if (quantity in rows[0]) sheet.claim(published[name], measure(quantity, to), notes[layer]?.[quantity]);
    if (printed !== 'total') continue;
    const { shared, coded } = table.times;
    sheet.claim(shared, measure('rateQuantized', inverse), notes.total?.rateQuantized).claim(coded, measure('rateCoded', inverse), notes.total?.rateCoded);
  }
  return sheet;
}

const isSingle = (ledgers: readonly MeasuredRow[] | readonly (readonly MeasuredRow[])[]): ledgers is readonly MeasuredRow[] => !Array.isArray(ledgers[0]);

function rowOf(ledger: readonly MeasuredRow[], layer: string): MeasuredRow {
  const row = ledger.find((row) => row.layer === layer);
  if (!row) throw new RangeError(`claimTable: the ledger must have each printed layer, and has no ${layer}; it has ${ledger.map((row) => row.layer).join(', ')}`);
  return row;
}
