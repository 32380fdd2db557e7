import { crc32, deflateSync } from 'node:zlib';

/** Pixels, `[height, width, 4]`: red, green, blue and opacity, 0 to 255. */
export interface Bitmap {
  width: number;
  height: number;
  data: Uint8Array | Uint8ClampedArray;
}

export const bitmap = (width: number, height: number): Bitmap => ({ width, height, data: new Uint8ClampedArray(width * height * 4) });

/** The pixels, each as a square of `zoom` by `zoom`. */
export function enlarged({ width, height, data }: Bitmap, zoom: number): Bitmap {
  const large = bitmap(width * zoom, height * zoom);
  const row = large.width * 4;
  for (let y = 0; y < large.height; y++)
    if (y % zoom > 0) large.data.copyWithin(y * row, (y - 1) * row, y * row);
    else for (let i = 0; i < row; i++) large.data[y * row + i] = data[((y / zoom) * width + Math.floor(i / 4 / zoom)) * 4 + (i % 4)];
  return large;
}

/** A PNG file of the pixels, as the address of an image: `data:image/png;base64,...`. */
export const dataUrl = (pixels: Bitmap): string => `data:image/png;base64,${encodePng(pixels).toString('base64')}`;

/** What the header of a PNG file says of its pixels. */
const KINDS = { colour: 2, palette: 3, opacity: 6 } as const;
const MOST_COLOURS = 256;

/**
 * A PNG file of the pixels. It has a palette where 256 colours are those of at least a part `exact` of the pixels: a chart's edges have a few more, and get the nearest. Its rows are
 * filtered as makes it smaller.
 */
export function encodePng(pixels: Bitmap, exact = 1): Buffer {
  const { width, height, data } = pixels;
  const opaque = isOpaque(data);
  const palette = opaque ? paletteOf(pixels, exact) : undefined;
  const kind = palette ? 'palette' : opaque ? 'colour' : 'opacity';
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, KINDS[kind]], 8); // bits a channel
  const channels = palette ? 1 : opaque ? 3 : 4;
  const values = palette ? palette.indices : opaque ? withoutOpacity(data) : data;
  const filters = palette ? [NONE] : [NONE, LEFT, UP];
  const [rows] = filters.map((filter) => filtered(values, width, channels, filter)).sort((a, b) => quickSize(a) - quickSize(b));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', palette.colours)] : []),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** What the rows take, roughly: their smallest form needs many times as long. */
const quickSize = (rows: Buffer): number => deflateSync(rows, { level: 3 }).length;

function isOpaque(data: Bitmap['data']): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
}

function chunk(type: string, content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + content.length);
  bytes.writeUInt32BE(content.length);
  bytes.write(type, 4, 'latin1');
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/** Red, green and blue alone. */
function withoutOpacity(data: Bitmap['data']): Uint8Array {
  const colours = new Uint8Array((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    colours[to++] = data[from];
    colours[to++] = data[from + 1];
    colours[to++] = data[from + 2];
  }
  return colours;
}

/** Filters of a row in a PNG file: as it is, or what differs from the pixel to the left or above. */
const [NONE, LEFT, UP] = [0, 1, 2];

/** Rows of pixels, each after its filter. */
function filtered(values: Bitmap['data'], width: number, channels: number, filter: number): Buffer {
  const length = width * channels;
  const rows = Buffer.alloc(values.length + values.length / length);
  for (let from = 0, to = 0; from < values.length; from += length, to += length + 1) {
    const row = rows.subarray(to + 1, to + 1 + length);
    rows[to] = filter;
    row.set(values.subarray(from, from + length));
    if (filter === LEFT) for (let i = channels; i < length; i++) row[i] -= values[from + i - channels];
    if (filter === UP && from > 0) for (let i = 0; i < length; i++) row[i] -= values[from + i - length];
  }
  return rows;
}

/** The most frequent colours and, for each pixel, the place of its own or of the nearest; undefined where they are too few. */
function paletteOf({ data }: Bitmap, exact: number): { colours: Uint8Array; indices: Uint8Array } | undefined {
  const pixels = data.length / 4;
  const counts = new Map<number, number>();
  const runs: [colour: number, end: number][] = []; // most neighbours are equal
  for (let from = 0, to = 0; from < pixels; from = to) {
    const colour = colourAt(data, from);
    while (++to < pixels && colourAt(data, to) === colour);
    runs.push([colour, to]);
    counts.set(colour, (counts.get(colour) ?? 0) + to - from);
  }
  const chosen = [...counts].sort(([a, m], [b, n]) => n - m || a - b).slice(0, MOST_COLOURS);
  if (chosen.reduce((sum, [, count]) => sum + count, 0) < exact * pixels) return undefined;
  const colours = Uint8Array.from(chosen.flatMap(([colour]) => channelsOf(colour)));
  const places = new Map(chosen.map(([colour], place) => [colour, place]));
  for (const colour of counts.keys()) if (!places.has(colour)) places.set(colour, nearest(colours, colour));
  const indices = new Uint8Array(pixels);
  let from = 0;
  for (const [colour, end] of runs) indices.fill(places.get(colour)!, from, (from = end));
  return { colours, indices };
}

const colourAt = (data: Bitmap['data'], pixel: number): number => (data[4 * pixel] << 16) | (data[4 * pixel + 1] << 8) | data[4 * pixel + 2];
const channelsOf = (colour: number): number[] => [colour >> 16, (colour >> 8) & 255, colour & 255];

/** The place of the first of the colours that are least far away. */
function nearest(colours: Uint8Array, colour: number): number {
  const [red, green, blue] = channelsOf(colour);
  let [place, least] = [0, Infinity];
  for (let i = 0; i < colours.length; i += 3) {
    const distance = (colours[i] - red) ** 2 + (colours[i + 1] - green) ** 2 + (colours[i + 2] - blue) ** 2;
    if (distance < least) [place, least] = [i / 3, distance];
  }
  return place;
}
