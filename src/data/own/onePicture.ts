import { checkOptions, described } from '../../system';
import type { Split } from '../dataset';
import type { Picture } from '../jpeg';
import { readBytes } from './files';
import { decodePng } from './png';
import { scaled } from './scaled';
import { uprightJpeg } from './upright';

const DATA_URL = /^data:image\/(?:jpe?g|png)[^,]*;base64,([\s\S]*)$/i;
/** Of an edge: a picture of 100 million pixels. */
const MOST = 10_000;
/** A picture's shorter edge, in edges of the square that is taken: 256 pixels for 224, as Krizhevsky et al. 2012 have it (section 2). */
const MARGIN = 256 / 224;

/**
 * One's own picture as a split of one image, `[size, size, 3]`, to ask a net about: the square in its middle, whose edge is 7/8 of its shorter one, is taken and scaled. Its label is 0 and means nothing.
 *
 * @param from a JPEG or PNG file's path, or the data URL of one, `data:image/png;base64,…`
 * @param options `size`: pixels of an edge, 224 if left out
 * @throws Error when it cannot be read or decoded
 */
export function onePicture(from: string, options: { size?: number } = {}): Split<Uint8Array> {
  checkOptions('onePicture', options, ['size']);
  const { size = 224 } = options;
  if (!Number.isInteger(size) || size < 1 || size > MOST) throw new RangeError(`onePicture: the size must be a whole number of pixels from 1 to ${MOST}, got ${described(size)}`);
  if (typeof from !== 'string') throw new TypeError(`onePicture: it must be a file's path or a data URL, got ${described(from)}`);
  const picture = decoded(from);
  const edge = Math.max(1, Math.round(Math.min(picture.width, picture.height) / MARGIN));
  const square = { width: edge, height: edge, pixels: middle(picture, edge) };
  return { images: scaled(square, [size, size]).pixels, labels: Uint8Array.of(0), count: 1, shape: [size, size, 3] };
}

function decoded(from: string): Picture {
  const name = from.startsWith('data:') ? 'the data URL' : from;
  const [, base64] = DATA_URL.exec(from) ?? [];
  if (from.startsWith('data:') && base64 === undefined) throw new Error(`onePicture: a data URL must begin with data:image/jpeg;base64, or data:image/png;base64, got ${from.slice(0, 40)}`);
  const bytes = base64 === undefined ? readBytes('onePicture', from) : new Uint8Array(Buffer.from(base64, 'base64'));
  if (bytes[0] !== 0x89 && bytes[0] !== 0xff) throw new Error(`onePicture: ${name} must be a JPEG or PNG file, got one that begins with ${Buffer.from(bytes.subarray(0, 4)).toString('hex') || 'nothing'}`);
  return bytes[0] === 0x89 ? decodePng(bytes, name) : uprightJpeg(bytes, name);
}

/** The pixels in the middle of a picture that is no smaller, `[size, size, 3]`. */
export function middle({ width, height, pixels }: Picture, size: number): Uint8Array {
  const [left, top] = [Math.floor((width - size) / 2), Math.floor((height - size) / 2)];
  const cut = new Uint8Array(size * size * 3);
  for (let row = 0; row < size; row++) cut.set(pixels.subarray(((top + row) * width + left) * 3).subarray(0, size * 3), row * size * 3);
  return cut;
}
