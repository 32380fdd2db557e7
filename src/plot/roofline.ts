import { figure, type Figure, type MadeOn } from './figure';
import { logAxis } from './logAxis';
import { checkOptions } from '../system';

/** What `rooflineChart` draws. */
export interface RooflineChartSpec {
  title: string;
  /** Of the machine: `measure.peaks`. */
  peaks: { operations: number; bandwidth: number };
  /** The layers of each net, by its name: `measure.layerSpeeds`. */
  nets: Record<string, readonly { name: string; intensity: number; operations: number }[]>;
  data?: MadeOn;
}

const GIGA = 1e9;

/** The roofline of a machine (Williams et al. 2009), and each layer below it: operations a second against operations a byte. Left of the edge memory is the limit, right of it the processor. A layer whose weights lie in a cache can be above the slope. */
export function rooflineChart(options: RooflineChartSpec): Figure {
  checkOptions('rooflineChart', options, ['title', 'peaks', 'nets', 'data'], ['title', 'peaks', 'nets']);
  const { title, peaks, nets, data } = options;
  const layers = Object.entries(nets).map(([name, speeds]) => ({ name, x: speeds.map(({ intensity }) => intensity), y: speeds.map(({ operations }) => operations / GIGA), text: speeds.map((layer) => layer.name), mode: 'markers' }));
  const edge = peaks.operations / peaks.bandwidth;
  const intensities = layers.flatMap(({ x }) => x);
  const [least, most] = [Math.min(edge / 2, ...intensities), Math.max(2 * edge, ...intensities)];
  const roof = { name: 'the machine at most', x: [least, edge, most], y: [least * peaks.bandwidth, peaks.operations, peaks.operations].map((operations) => operations / GIGA), mode: 'lines' };
  const traces = [roof, ...layers];
  const axis = (of: 'x' | 'y') => logAxis(traces.flatMap((trace) => trace[of]));
  return figure({ title, x: 'operations for each byte', y: 'billions of operations a second', traces, data, layout: { xaxis: axis('x'), yaxis: axis('y') } });
}
