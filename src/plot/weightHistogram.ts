import { figure, type Figure, type MadeOn } from './figure';
import { histogram } from './histogram';
import { panels } from './panels';
import { colours, grey } from './style';
import { checkOptions } from '../system';

/** The weights of a layer before and after a stage. */
export interface LayerWeights {
  name: string;
  /** `[weights]`; zeros are not drawn. */
  before: Float32Array;
  /** `[weights]`, likewise. */
  after: Float32Array;
}

/** What `weightHistogram` draws. */
export interface WeightHistogramSpec {
  title?: string;
  /** What was done in between: `pruning`, `sharing`; `training` if left out. */
  stage?: string;
  /** What the two curves are, where they are not before and after a stage. */
  names?: [string, string];
  /** A panel each. */
  layers: LayerWeights[];
  data?: MadeOn;
}

const BINS = 81; // odd, so that zero lies in the middle of a bin
const EMPTY = 0.1; // an empty bin on an axis of powers of ten, which begins a little below 1

const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** How the weights of each layer are distributed before and after a stage, in bins of equal width; weights of 0 are left out. */
export function weightHistogram(options: WeightHistogramSpec): Figure {
  checkOptions('weightHistogram', options, ['stage', 'title', 'names', 'layers', 'data'], ['layers']);
  const { stage = 'training', title = `Weights before and after ${stage}`, names = [`before ${stage}`, `after ${stage}`], layers, data } = options;
  const counted = layers.map(({ name, ...weights }) => {
    const [before, after] = [weights.before, weights.after].map((values) => values.filter((weight) => weight !== 0));
    const limit = ((Math.max(largest(before), largest(after)) || 1) * BINS) / (BINS - 2); // the outermost bins are empty
    const count = (values: Float32Array) => histogram(values, { from: -limit, to: limit, bins: BINS });
    const left = after.length < weights.after.length ? `: ${((100 * after.length) / weights.after.length).toFixed(1)}% not zero` : '';
    return { name: name + left, limit, before: count(before), after: count(after) };
  });
  const most = Math.max(...counted.flatMap(({ before, after }) => [...before, ...after]));
  const y = { type: 'log', dtick: 1, range: [Math.log10(0.7), Math.log10(1.3 * most)] };
  const { layout, axes } = panels(counted.map(({ name }) => name), { x: 'weight', y: 'weights in a bin', axis: { y } });
  const traces = counted.flatMap(({ limit, before, after }, i) => {
    const middles = Array.from({ length: BINS }, (_, bin) => Number((limit * ((2 * bin + 1) / BINS - 1)).toPrecision(4)));
    const curve = (name: string, counts: Uint32Array, color: string) => ({
      ...axes(i),
      name,
      x: middles,
      y: Array.from(counts, (count) => count || EMPTY),
      mode: 'lines',
      line: { shape: 'hvh', color, width: 1.5 },
      showlegend: i === 0,
      hoverinfo: 'x+name',
    });
    return [curve(names[0], before, grey), curve(names[1], after, colours[0])];
  });
  return figure({ title, x: 'weight', y: 'weights in a bin', traces, data, layout });
}
