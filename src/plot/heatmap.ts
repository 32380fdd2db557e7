import { checkOptions, readable } from '../system';
import { figure, type Figure, type MadeOn } from './figure';
import { panels } from './panels';
import { diverging } from './style';

/** What `heatmap` draws. */
export interface HeatmapSpec {
  title: string;
  /** One matrix or several beside each other by name, `[rows, columns]`: weights, their mask, what is left. */
  matrices: Record<string, readonly (readonly number[])[]>;
  /** What the columns are; `column` if left out. */
  x?: string;
  /** What the rows are; `row` if left out. */
  y?: string;
  data?: MadeOn;
}

/** Small matrices with every value in its cell: blue below zero, white at zero, orange above. */
export function heatmap(options: HeatmapSpec): Figure {
  checkOptions('heatmap', options, ['title', 'matrices', 'x', 'y', 'data'], ['title', 'matrices']);
  const { title, matrices, x = 'column', y = 'row', data } = options;
  const hidden = { showgrid: false, showticklabels: false, ticks: '', constrain: 'domain' };
  const { layout, axes } = panels(Object.keys(matrices), { x, y, axis: { x: hidden, y: { ...hidden, autorange: 'reversed' } } });
  const traces = Object.values(matrices).map((values, i) => {
    const limit = Math.max(...values.flat().map(Math.abs)) || 1;
    return {
      ...axes(i),
      type: 'heatmap',
      z: values,
      zmin: -limit * 1.3, // paler than the full colours: black text stays readable
      zmax: limit * 1.3,
      colorscale: diverging,
      showscale: false,
      xgap: 2,
      ygap: 2,
      text: values.map((row) => row.map(readable)),
      texttemplate: '%{text}',
      textfont: { color: '#000000' },
      hoverinfo: 'z',
    };
  });
  return figure({ title, x, y, traces, data, layout: { ...layout, showlegend: false } });
}
