import { checkOptions, described, display, metadata, type MimeBundle, writeAtomic } from '../system';
import { png } from './headless/png';
import { svg, type PlotlyFigure, type Trace } from './headless/render';
import { isList, plain } from './plain';
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

const MOST_POINTS = 5000;
/** Pixels from the upper edge to the title. */
const HEADING = 12.6;

/** A figure in the project's style: as a cell's last value it is shown, interactive where the front end has plotly, else as a picture. */
export class Figure {
  #svg: string | undefined;
  #png: Buffer | undefined;

  constructor(
    readonly title: string,
    readonly plotly: PlotlyFigure,
  ) {}

  /** The picture as SVG, drawn once. */
  svg(): string {
    return (this.#svg ??= svg(this.plotly));
  }

  /** The picture as a PNG file, twice its size. */
  png(): Buffer {
    return (this.#png ??= png(this.svg()));
  }

  /**
   * What a notebook is sent: plotly's JSON, and a PNG with the size that it is shown at. Neither HTML nor SVG: GitHub would prefer the one to the picture and then strip it,
   * nbconvert 6 shows the other as an empty box.
   */
  bundle(): MimeBundle {
    const { width, height } = { ...style.size, ...this.plotly.layout };
    return {
      'application/vnd.plotly.v1+json': this.plotly,
      'image/png': this.png().toString('base64'),
      'text/plain': `[figure: ${this.title}]`,
      [metadata]: { 'image/png': { width, height } },
    };
  }

  [Symbol.for('Jupyter.display')](): MimeBundle {
    return this.bundle();
  }
}

/**
 * Makes a figure of plotly traces.
 * Dates are drawn as such, in UTC.
 * @throws {TypeError} for what cannot be drawn, with its place: a function, a symbol, a Map, a bigint, an invalid date.
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
  const lines = inLines(text);
  const heading = { text: lines.join('<br>'), x: 0.02, xanchor: 'left', y: Number((1 - (HEADING + (LINE / 2) * (lines.length - 1)) / height).toFixed(4)), yanchor: 'top', font: { size: 15 } };
  const margin = { ...style.margin, t: ((layout.showlegend ?? traces.length > 1) ? 80 : 55) + LINE * (lines.length - 1) };
  const axes = Object.entries<object>({ xaxis: {}, yaxis: {}, ...layout })
    .filter(([name]) => /^[xy]axis\d*$/.test(name))
    .map(([name, given]): [string, object] => [name, { ...style.axis, ...(name === 'xaxis' && named(x)), ...(name === 'yaxis' && named(y)), ...given }]);
  const whole = { ...style.layout, margin, title: heading, ...layout, ...Object.fromEntries(axes) };
  return new Figure(text, plain({ data: traces, layout: whole }));
}

/** Characters of a title that fit a line, and the line's height. */
const LONGEST = 84;
const LINE = 19;

/** A title in as many lines as it needs, broken behind a comma where there is one, else at a space. */
function inLines(text: string): string[] {
  if (text.length <= LONGEST) return [text];
  const at = [', ', ' '].map((gap) => text.lastIndexOf(gap, LONGEST - 1) + gap.length - 1).find((place) => place > LONGEST / 3);
  if (!at) return [text];
  return [text.slice(0, at), ...inLines(text.slice(at + 1))];
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
