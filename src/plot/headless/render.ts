import { foldIn, fractions, key } from '../../random';
import { plotlyWindow } from './plotly';
import { size } from '../style';

/** One of plotly's traces: its type and what that type takes, as https://plotly.com/javascript/reference lists it. */
export type Trace = { type?: string } & Record<string, unknown>;

/** A figure as plotly takes it: traces, and the layout around them. */
export interface PlotlyFigure {
  data: Trace[];
  layout: Record<string, unknown>;
}

/** The types that need no WebGL and no map: those hang outside a browser. */
const DRAWN = ['scatter', 'bar', 'histogram', 'box', 'heatmap', 'contour', 'histogram2d', 'pie', 'waterfall', 'sankey'];

/**
 * Draws a plotly figure without a browser; the same figure gives the same bytes.
 *
 * Drawing is over when `newPlot` returns: the promises that join plotly's steps wait for fonts, formulas and pictures
 * from addresses, of which there are none here.
 * @throws {TypeError} for a trace of a type that cannot be drawn here.
 */
export function svg(figure: PlotlyFigure): string {
  for (const { type = 'scatter' } of figure.data)
    if (!DRAWN.includes(type))
      throw new TypeError(`figure: a trace's type must be one that is drawn without a browser (${DRAWN.join(', ')}), got ${type}; show the data as one of these`);
  const { document, JSON: own, Math, Plotly } = plotlyWindow();
  const layout = { ...size, ...figure.layout };
  const json = JSON.stringify({ data: figure.data, layout, config: { staticPlot: true } });
  Math.random = fractions(foldIn(key(0), json)); // plotly names the parts of a picture by it
  const element = document.createElement('div');
  document.body.appendChild(element);
  try {
    const drawn = Plotly.newPlot(element, own.parse(json));
    void drawn.then(() => Plotly.purge(element));
    return Plotly.Snapshot.toSVG(element, 'svg').replace('<svg ', `<svg viewBox="0 0 ${layout.width} ${layout.height}" `);
  } finally {
    element.remove();
  }
}
