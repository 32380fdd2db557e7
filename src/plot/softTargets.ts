import { bitmap, dataUrl, enlarged } from './headless/bitmap';
import { figure, type Figure, type MadeOn } from './figure';
import { paint } from './imageGrid';
import { panels } from './panels';
import { colours } from './style';
import { checkOptions } from '../system';

/** What `softTargetsChart` draws. */
export interface SoftTargetsChartSpec {
  title: string;
  /** Grey images one after the other, `[count, height, width]`, 0 (shown white) to 255 (black). */
  images: Uint8Array;
  /** `[height, width]` of one image. */
  shape: readonly number[];
  /** The right class of each. */
  labels: ArrayLike<number>;
  /** The classes' names. */
  classes: readonly string[];
  /** What a model answers to the images at each temperature, `[count, classes]`. */
  soft: { temperature: number; targets: ArrayLike<number> }[];
  data?: MadeOn;
}

const ZOOM = 3; // each pixel as a square, for front ends smooth what they enlarge
const LEAST = -9; // the axis' least power of ten; smaller probabilities lie on it

/** Images and, below each, the probability of every class at several temperatures, in powers of ten: what a teacher knows besides the label. */
export function softTargetsChart(options: SoftTargetsChartSpec): Figure {
  checkOptions('softTargetsChart', options, ['title', 'images', 'shape', 'labels', 'classes', 'soft', 'data'], ['title', 'images', 'shape', 'labels', 'classes', 'soft']);
  const { title, images, shape: [height, width], labels, classes, soft, data } = options;
  const size = height * width;
  const picture = (i: number) => {
    const sheet = bitmap(width, height);
    sheet.data.fill(255);
    paint(sheet, 0, 0, images.subarray(i * size, (i + 1) * size), width);
    return dataUrl(enlarged(sheet, ZOOM));
  };
  const y = { type: 'log', range: [LEAST - 0.3, 4.2], tickvals: [1e-9, 1e-6, 1e-3, 1], ticktext: ['10⁻⁹', '10⁻⁶', '10⁻³', '1'] }; // the image has the room above 1
  const x = { type: 'category', dtick: 1 };
  const names = Array.from(labels, (label) => `a ${classes[label]}`);
  const { layout, axes } = panels(names, { x: 'class', y: 'probability', axis: { x, y } });
  const traces = names.flatMap((_, i) =>
    soft.map(({ temperature, targets }, at) => ({
      ...axes(i),
      name: `T = ${temperature}`,
      x: classes,
      y: classes.map((_, c) => Math.max(10 ** LEAST, Number(targets[i * classes.length + c].toPrecision(3)))),
      mode: 'lines+markers',
      line: { width: 1, dash: 'dot', color: colours[at] },
      marker: { size: 6 },
      legendgroup: String(at),
      showlegend: i === 0,
    })),
  );
  const pictures = names.map((_, i) => {
    const { xaxis, yaxis } = axes(i);
    return { source: picture(i), xref: xaxis, yref: yaxis, x: (classes.length - 1) / 2, y: 4, sizex: classes.length, sizey: 3.5, xanchor: 'center', yanchor: 'top' };
  });
  return figure({ title, x: 'class', y: 'probability', traces, data, layout: { ...layout, margin: { l: 60, r: 30, t: 100, b: 60 }, images: pictures } });
}
