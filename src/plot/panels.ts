import { named } from './figure';

export interface Panels {
  layout: Record<string, unknown>;
  /** The axes of a panel, as its traces name them. */
  axes: (panel: number) => { xaxis: string; yaxis: string };
}

/** Small plots beside each other, at most three in a row, each under its name; the figure's axis names stand at the left and the bottom. */
export function panels(names: readonly string[], { x, y, axis = {} }: { x: string; y: string; axis?: { x?: object; y?: object } }): Panels {
  const columns = Math.min(3, names.length);
  const rows = Math.ceil(names.length / columns);
  const suffix = (panel: number) => (panel === 0 ? '' : String(panel + 1));
  const layout: Record<string, unknown> = {
    grid: { rows, columns, pattern: 'independent', xgap: 0.2, ygap: 0.4 },
    height: 180 + 240 * rows,
    legend: { orientation: 'h', x: 0, xanchor: 'left', y: 1 + 0.1 / rows, yanchor: 'bottom' },
    annotations: names.map((text, i) => ({
      text,
      showarrow: false,
      xref: `x${suffix(i)} domain`,
      yref: `y${suffix(i)} domain`,
      x: 0.5,
      y: 1,
      yanchor: 'bottom',
    })),
  };
  names.forEach((_, i) => {
    layout[`xaxis${suffix(i)}`] = { ...named(i + columns >= names.length ? x : ''), ...axis.x };
    layout[`yaxis${suffix(i)}`] = { ...named(i % columns === 0 ? y : ''), ...axis.y };
  });
  return { layout, axes: (panel) => ({ xaxis: `x${suffix(panel)}`, yaxis: `y${suffix(panel)}` }) };
}
