import { bitmap, dataUrl, enlarged, type Bitmap } from './headless/bitmap';
import { figure, type Figure, type MadeOn } from './figure';
import { checkOptions } from '../system';

/** What `imageGrid` draws. */
export interface ImageGridSpec {
  title: string;
  /** Images one after the other: grey, `[count, height, width]`, 0 (shown white) to 255 (black); or in colour, `[count, height, width, 3]`, red, green, blue. */
  images: ArrayLike<number>;
  /** `[height, width]` or `[height, width, 3]` of one image. */
  shape: readonly number[];
  /** What stands under each. */
  labels?: readonly (string | number)[];
  /** Images in a row; 10 if left out. */
  columns?: number;
  /** Each image is stretched from its smallest value (0) to its largest (255): for weights and maps. */
  stretch?: boolean;
  data?: MadeOn;
}

const MOST_ZOOM = 3; // each pixel as a square, for front ends smooth what they enlarge
const WIDE = 640; // pixels of the figure that all images of a row take
const GAP = 4;

/** Images in rows, as one picture, with their labels. */
export function imageGrid(options: ImageGridSpec): Figure {
  checkOptions('imageGrid', options, ['title', 'images', 'shape', 'labels', 'columns', 'stretch', 'data'], ['title', 'images', 'shape']);
  const { title, images: pixels, shape: [height, width, channels = 1], labels = [], columns = 10, stretch = false, data } = options;
  const size = height * width * channels;
  const count = pixels.length / size;
  if (channels !== 1 && channels !== 3) throw new RangeError(`imageGrid: an image must be grey or have 3 channels, got ${channels}`);
  if (!Number.isInteger(count) || count === 0)
    throw new RangeError(`imageGrid: there must be a whole number of images of ${height} × ${width}${channels > 1 ? ' × 3' : ''} pixels, got ${pixels.length} values; give the shape of one image`);
  const across = Math.min(columns, count);
  const down = Math.ceil(count / across);
  const [cellWidth, cellHeight] = [width + GAP, height + (labels.length > 0 ? 4 * GAP : GAP)];
  const sheet = bitmap(across * cellWidth, down * cellHeight);
  sheet.data.fill(255);
  for (let i = 0; i < count; i++) {
    const [left, top] = [(i % across) * cellWidth, Math.floor(i / across) * cellHeight];
    const image = Array.from({ length: size }, (_, at) => pixels[i * size + at]);
    paint(sheet, left, top, stretch ? stretched(image) : image, width, channels);
  }
  const pixel = { automargin: false, showgrid: false, showticklabels: false, showline: false, ticks: '', fixedrange: true };
  const annotations = Array.from(labels, (label, i) => ({
    text: String(label),
    showarrow: false,
    x: (i % across) * cellWidth + width / 2,
    y: Math.floor(i / across) * cellHeight + height,
    yanchor: 'top',
  }));
  const zoom = Math.max(1, Math.min(MOST_ZOOM, Math.round(WIDE / sheet.width)));
  return figure({
    title,
    x: '',
    y: '',
    traces: [{ x: [0], y: [0], mode: 'markers', opacity: 0, hoverinfo: 'skip' }],
    data,
    layout: {
      height: 60 + Math.round((WIDE * down * cellHeight) / (across * cellWidth)),
      margin: { l: 30, r: 30, t: 50, b: 10 },
      showlegend: false,
      xaxis: { ...pixel, range: [0, across * cellWidth] },
      yaxis: { ...pixel, range: [down * cellHeight, 0] },
      images: [{ source: dataUrl(enlarged(sheet, zoom)), xref: 'x', yref: 'y', x: 0, y: 0, sizex: across * cellWidth, sizey: down * cellHeight, sizing: 'stretch', layer: 'below' }],
      annotations,
    },
  });
}

/** The values scaled to 0 to 255; of equal ones 0. */
function stretched(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (255 * (value - low)) / (high - low || 1));
}

/** Paints one image at a pixel of the sheet. */
export function paint(sheet: Bitmap, left: number, top: number, pixels: ArrayLike<number>, width: number, channels = 1): void {
  for (let at = 0; at < pixels.length / channels; at++) {
    const from = at * channels;
    const colour = channels === 3 ? [pixels[from], pixels[from + 1], pixels[from + 2]] : Array<number>(3).fill(255 - pixels[from]);
    sheet.data.set(colour, ((top + Math.floor(at / width)) * sheet.width + left + (at % width)) * 4);
  }
}
