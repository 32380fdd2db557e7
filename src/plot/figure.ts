import { checkOptions, described, display, type MimeBundle, writeAtomic } from '../system';
import { png } from './headless/png';
import { svg, type PlotlyFigure, type Trace } from './headless/render';
import * as style from './style';

/** The data that a figure was made on, as a dataset names itself. */
export interface MadeOn {
  /** As the title gives it: `MNIST`. */
  name: string;
  /** False for data that the project draws itself. */
  real: boolean;
}

/** What `figure` makes a figure of. */
export interface FigureSpec {
  title: string;
  /** What the horizontal axis shows, with the unit: `step size (ms)`. */
  x: string;
  /** What the vertical axis shows, with the unit: `error on the test set (%)`. */
  y: string;
  /** At most 5,000 points each. */
  traces: Trace[];
  /** Named in the title: nobody takes drawn digits for real ones. */
  data?: MadeOn;
  /** What else plotly's layout takes; further axes too. */
  layout?: Record<string, unknown>;
}

const LARGEST_SVG = 60_000;
const MOST_POINTS = 5000;
/** Pixels from the upper edge to the title. */
const HEADING = 12.6;

/** A figure in the project's style: as a cell's last value it is shown, interactive where the front end has plotly, else as a picture. */
export class Figure {
  #svg: string | undefined;

  constructor(
    readonly title: string,
    readonly plotly: PlotlyFigure,
  ) {}

  /** The picture, drawn once. */
  svg(): string {
    return (this.#svg ??= svg(this.plotly));
  }

  /** The picture as a PNG file. */
  png(): Buffer {
    return png(this.svg());
  }

  /** What a notebook is sent; it has no HTML, which GitHub would prefer to the picture and then strip. */
  bundle(): MimeBundle {
    const picture = this.svg();
    const smaller = picture.length < LARGEST_SVG ? undefined : this.png().toString('base64');
    // Of photographs the PNG, twice the size and smooth, is the larger one.
    const still: MimeBundle = smaller && smaller.length < picture.length ? { 'image/png': smaller } : { 'image/svg+xml': picture };
    return { 'application/vnd.plotly.v1+json': this.plotly, ...still, 'text/plain': `[figure: ${this.title}]` };
  }

  [Symbol.for('Jupyter.display')](): MimeBundle {
    return this.bundle();
  }
}

/**
 * Makes a figure of plotly traces.
 * @throws {RangeError} for a trace of more than 5,000 points: bin or thin it first, or the notebook holds all of them.
 */
export function figure(options: FigureSpec): Figure {
  checkOptions('figure', options, ['title', 'x', 'y', 'traces', 'data', 'layout'], ['title', 'x', 'y', 'traces']);
  const { title, x, y, traces, data, layout = {} } = options;
  for (const trace of traces)
    for (const [name, values] of Object.entries(trace))
      if (isList(values) && values.length > MOST_POINTS)
        throw new RangeError(`figure: a trace must have at most ${MOST_POINTS} points, got ${values.length} in ${name}; bin or thin them first`);
  const text = data ? `${title} (${data.name})` : title;
  const height = typeof layout.height === 'number' ? layout.height : style.size.height;
  const heading = { text, x: 0.02, xanchor: 'left', y: Number((1 - HEADING / height).toFixed(4)), yanchor: 'top', font: { size: 15 } };
  const margin = { ...style.margin, t: (layout.showlegend ?? traces.length > 1) ? 80 : 55 };
  const axes = Object.entries<object>({ xaxis: {}, yaxis: {}, ...layout })
    .filter(([name]) => /^[xy]axis\d*$/.test(name))
    .map(([name, given]): [string, object] => [name, { ...style.axis, ...(name === 'xaxis' && named(x)), ...(name === 'yaxis' && named(y)), ...given }]);
  const spec = { data: traces, layout: { ...style.layout, margin, title: heading, ...layout, ...Object.fromEntries(axes) } };
  return new Figure(text, plain(spec) as PlotlyFigure);
}

/** Shows a figure in the middle of a cell. */
export function show(shown: Figure): void {
  if (!(shown instanceof Figure)) throw new TypeError(`show: it must be a figure, such as lineChart(...) makes, got ${described(shown)}`);
  display(shown.bundle());
}

/** Writes a figure as a PNG file of 1400 × 840 pixels, unless its layout has another size. */
export const savePng = (saved: Figure, path: string): void => writeAtomic(path, saved.png());

/** An axis' name, as plotly takes it: clear of all labels, where it would go between two without the distance. */
export const named = (text: string) => ({ title: { text, standoff: 10 } });

const isList = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** Typed arrays as lists, for JSON has no others; numbers of single precision without the digits that only a double has. */
function plain(value: unknown): unknown {
  if (value instanceof Float32Array) return Array.from(value, (number) => Number(number.toPrecision(7)));
  if (isList(value)) return Array.from(value, plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}
