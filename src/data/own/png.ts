import { decode } from 'fast-png';
import type { Picture } from '../jpeg';

/** Where a file's header has its colour type (PNG specification, section 11.2.1), and the type of those with a palette. */
const COLOUR_TYPE = 25;
const INDEXED = 3;

/**
 * Decodes a PNG file of any colour type and depth to 8 bits a channel; what is transparent is laid on white. `file` is the name that errors give.
 *
 * @throws Error when it is another file, cut short or damaged
 */
export function decodePng(bytes: Uint8Array, file: string): Picture {
  let image: ReturnType<typeof decode>;
  try {
    image = decode(bytes, { checkCrc: true });
  } catch (error) {
    const interlaced = bytes[28] === 1 && bytes[24] < 8 ? '; interlaced files of less than 8 bits are not read, save it without' : '';
    throw new Error(`png: ${file} must be a PNG file that can be decoded: ${(error as Error).message}${interlaced}`, { cause: error });
  }
  const { width, height, depth, channels, data, transparency = [] } = image;
  const palette = bytes[COLOUR_TYPE] === INDEXED ? image.palette : undefined; // a palette of true colours is a suggestion
  const samples = samplesOf(data, depth, width, height, palette ? 1 : channels);
  /** One colour may be the transparent one. */
  const isClear = (from: number) => transparency.length > 0 && !palette && Array.from(transparency).every((value, i) => samples[from + i] === value);
  const scale = 255 / (2 ** depth - 1);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    const from = at * channels;
    if (palette && samples[at] >= palette.length) throw new Error(`png: ${file} must have a colour for each pixel, got number ${samples[at]} of ${palette.length}; it is damaged`);
    const colour = palette?.[samples[at]] ?? [samples[from] * scale, samples[from + green] * scale, samples[from + blue] * scale, channels % 2 ? 255 : samples[from + channels - 1] * scale];
    const opacity = isClear(from) ? 0 : (colour[3] ?? 255) / 255;
    for (let i = 0; i < 3; i++) pixels[3 * at + i] = Math.round(colour[i] * opacity + 255 * (1 - opacity));
  }
  return { width, height, pixels };
}

/** One number a sample: depths below 8 are packed several to a byte, each row from a byte of its own. */
function samplesOf(data: ArrayLike<number>, depth: number, width: number, height: number, channels: number): ArrayLike<number> {
  if (depth >= 8) return data;
  const perByte = 8 / depth;
  const row = Math.ceil((width * channels) / perByte);
  return Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const [y, x] = [Math.floor(i / (width * channels)), i % (width * channels)];
    return (data[y * row + Math.floor(x / perByte)] >> (8 - depth - depth * (x % perByte))) & (2 ** depth - 1);
  });
}
