import { figure, type Figure, type MadeOn } from './figure';
import { logAxis } from './logAxis';
import { thin } from './thin';
import { checkOptions } from '../system';

/** A curve: `mean[i]` at `x[i]`, with `standardDeviation[i]` above and below where it is given. */
export interface Line {
  name: string;
  /** `[points]` */
  x: ArrayLike<number>;
  /** `[points]` */
  mean: ArrayLike<number>;
  /** `[points]` */
  standardDeviation?: ArrayLike<number>;
}

/** What `lineChart` draws. */
export interface LineChartSpec {
  title: string;
  /** What the horizontal axis shows, with the unit. */
  x: string;
  /** What the vertical axis shows, with the unit. */
  y: string;
  lines: Line[];
  /** Axes in powers of ten. */
  log?: ('x' | 'y')[];
  data?: MadeOn;
}

/** Curves with error bars; points are marked where there are few enough to tell apart, and long curves are thinned. */
export function lineChart(options: LineChartSpec): Figure {
  checkOptions('lineChart', options, ['title', 'x', 'y', 'lines', 'log', 'data'], ['title', 'x', 'y', 'lines']);
  const { title, x, y, lines: curves, log = [], data } = options;
  const traces = curves.map(({ name, standardDeviation, ...curve }) => {
    const kept = thin(curve.mean, 400);
    const at = (values: ArrayLike<number>) => kept.map((i) => Number(values[i].toPrecision(6)));
    return {
      name,
      x: at(curve.x),
      y: at(curve.mean),
      mode: kept.length > 40 ? 'lines' : 'lines+markers',
      ...(standardDeviation && { error_y: { array: at(standardDeviation), thickness: 1, width: 3 } }),
    };
  });
  const axis = (name: 'x' | 'y') => (log.includes(name) ? logAxis(traces.flatMap((trace) => trace[name])) : {});
  return figure({ title, x, y, traces, data, layout: { showlegend: curves.length > 1, xaxis: axis('x'), yaxis: axis('y') } });
}
