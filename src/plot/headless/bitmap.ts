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
  for (let y = 0; y < large.height; y++)
    for (let x = 0; x < large.width; x++) {
      const from = (Math.floor(y / zoom) * width + Math.floor(x / zoom)) * 4;
      large.data.set(data.subarray(from, from + 4), (y * large.width + x) * 4);
    }
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
  const [content] = filters.map((filter) => deflateSync(filtered(values, width, channels, filter), { level: 9 })).sort((a, b) => a.length - b.length);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', Uint8Array.from(palette.colours.flat()))] : []),
    chunk('IDAT', content),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function isOpaque(data: ArrayLike<number>): boolean {
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
function withoutOpacity(data: ArrayLike<number>): Uint8Array {
  const colours = new Uint8Array((data.length / 4) * 3);
  for (let to = 0; to < colours.length; to++) colours[to] = data[to + Math.floor(to / 3)];
  return colours;
}

/** Filters of a row in a PNG file: as it is, or what differs from the pixel to the left or above. */
const [NONE, LEFT, UP] = [0, 1, 2];

/** Rows of pixels, each after its filter. */
function filtered(values: ArrayLike<number>, width: number, channels: number, filter: number): Buffer {
  const length = width * channels;
  const back = [0, channels, length][filter];
  const rows = Buffer.alloc(values.length + values.length / length);
  for (let from = 0, to = 0; from < values.length; from++) {
    if (from % length === 0) rows[to++] = filter;
    const inside = filter === LEFT ? from % length >= channels : filter === UP && from >= length;
    rows[to++] = inside ? values[from] - values[from - back] : values[from];
  }
  return rows;
}

/** The most frequent colours and, for each pixel, the place of its own or of the nearest; undefined where they are too few. */
function paletteOf({ data }: Bitmap, exact: number): { colours: number[][]; indices: Uint8Array } | undefined {
  const counts = new Map<number, number>();
  const colourAt = (i: number) => (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
  for (let i = 0; i < data.length; i += 4) counts.set(colourAt(i), (counts.get(colourAt(i)) ?? 0) + 1);
  const chosen = [...counts].sort(([a, m], [b, n]) => n - m || a - b).slice(0, MOST_COLOURS);
  if (chosen.reduce((sum, [, count]) => sum + count, 0) < (exact * data.length) / 4) return undefined;
  const colours = chosen.map(([colour]) => [colour >> 16, (colour >> 8) & 255, colour & 255]);
  const places = new Map(chosen.map(([colour], place) => [colour, place]));
  const nearest = (i: number): number => {
    const distances = colours.map((colour) => colour.reduce((sum, value, channel) => sum + (value - data[i + channel]) ** 2, 0));
    return distances.indexOf(Math.min(...distances));
  };
  const indices = new Uint8Array(data.length / 4);
  for (let i = 0; i < data.length; i += 4) {
    const colour = colourAt(i);
    if (!places.has(colour)) places.set(colour, nearest(i));
    indices[i / 4] = places.get(colour)!;
  }
  return { colours, indices };
}
