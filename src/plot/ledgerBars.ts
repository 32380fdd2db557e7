import type { LedgerRow } from '../measure';
import { checkOptions, readable } from '../system';
import { figure, type Figure } from './figure';
import { colours, grey, size } from './style';

const parts = {
  gapBytes: 'index',
  codeBytes: 'codes',
  codebookBytes: 'codebook',
  tableBytes: 'Huffman tables',
  valueBytes: 'plain weights',
  biasBytes: 'biases',
  headerBytes: 'headers',
} as const;

type Part = keyof typeof parts;
const palette = Object.fromEntries((Object.keys(parts) as Part[]).map((part, i) => [part, [...colours.slice(0, 6), grey][i]]));

/** What `ledgerBars` draws. */
export interface LedgerBarsSpec {
  title?: string;
  /** The ledger of a packed file. */
  ledger: readonly Pick<LedgerRow, 'layer' | 'bytes' | Part>[];
}

/** Where the bytes of a file are: a bar for each layer and one for what belongs to none, stacked from its parts, with its bytes. */
export function ledgerBars(options: LedgerBarsSpec): Figure {
  checkOptions('ledgerBars', options, ['title', 'ledger'], ['ledger']);
  const { title, ledger } = options;
  const rows = ledger.filter(({ layer }) => layer !== 'total');
  const y = rows.map(({ layer }) => layer);
  const traces = (Object.keys(parts) as Part[])
    .filter((part) => rows.some((row) => row[part] > 0))
    .map((part) => ({ type: 'bar', orientation: 'h', name: parts[part], x: rows.map((row) => row[part]), y, marker: { color: palette[part] } }));
  const totals = rows.map(({ layer, bytes }) => ({ text: readable(bytes), x: bytes, y: layer, xanchor: 'left', xshift: 4, showarrow: false }));
  const most = Math.max(...rows.map(({ bytes }) => bytes));
  const whole = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  return figure({
    title: title ?? `What the file's ${readable(whole)} bytes hold`,
    x: 'bytes',
    y: 'layer',
    traces,
    layout: { height: Math.max(size.height, 140 + 18 * rows.length), barmode: 'stack', annotations: totals, xaxis: { range: [0, 1.12 * most] }, yaxis: { autorange: 'reversed', showgrid: false, dtick: 1 } },
  });
}
