import { readable } from '../system';
import { figure, type Figure } from './figure';
import { colours, grey } from './style';

export interface LedgerBarsSpec {
  title?: string;
  /** For each layer, and for what belongs to none, the bytes of each part: `{ ip1: { codes: 9700, gaps: 8100 }, file: { header: 120 } }`. */
  layers: Record<string, Record<string, number>>;
}

/** Where the bytes of a file are: a bar for each layer, stacked from its parts, with its total. */
export function ledgerBars({ title, layers }: LedgerBarsSpec): Figure {
  const names = Object.keys(layers);
  const parts = [...new Set(names.flatMap((name) => Object.keys(layers[name])))];
  const totals = names.map((name) => Object.values(layers[name]).reduce((sum, bytes) => sum + bytes, 0));
  const traces = parts.map((part, i) => ({
    type: 'bar',
    orientation: 'h',
    name: part,
    x: names.map((name) => layers[name][part] ?? 0),
    y: names,
    marker: { color: [...colours, grey][i % (colours.length + 1)] },
  }));
  const annotations = names.map((name, i) => ({ text: readable(totals[i]), x: totals[i], y: name, xanchor: 'left', xshift: 4, showarrow: false }));
  const whole = totals.reduce((sum, bytes) => sum + bytes, 0);
  return figure({
    title: title ?? `What the file's ${readable(whole)} bytes hold`,
    x: 'bytes',
    y: 'layer',
    traces,
    layout: { barmode: 'stack', annotations, legend: { orientation: 'h', x: 0, y: 1.02, yanchor: 'bottom', traceorder: 'normal' }, xaxis: { range: [0, Math.max(...totals) * 1.12] }, yaxis: { autorange: 'reversed', showgrid: false } },
  });
}
