import { checkOptions, described } from '../../system';
import type { Split } from '../dataset';
import { decodeJpeg, type Picture } from '../jpeg';
import { readBytes } from './files';
import { decodePng } from './png';
import { scaled } from './scaled';

const DATA_URL = /^data:image\/(?:jpeg|png);base64,([\s\S]*)$/;
/** How much larger than the square in its middle a picture is scaled, by its shorter edge: 256 pixels for 224, as Krizhevsky et al. 2012 have it (section 2). */
const MARGIN = 256 / 224;

/**
 * One's own picture as a split of one image, `[size, size, 3]`, to ask a net about: its shorter edge is scaled to 8/7 of `size`, and the square in its middle is taken. Its label is 0 and means nothing. JPEG's rotation by EXIF is not followed: turn a photograph that lies on its side before.
 *
 * @param from a JPEG or PNG file's path, or the data URL of one, `data:image/png;base64,…`
 * @param options `size`: pixels of an edge, 224 if left out
 * @throws Error when it cannot be read or decoded
 */
export function onePicture(from: string, options: { size?: number } = {}): Split<Uint8Array> {
  checkOptions('onePicture', options, ['size']);
  const { size = 224 } = options;
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`onePicture: the size must be a whole number of pixels from 1, got ${described(size)}`);
  if (typeof from !== 'string') throw new TypeError(`onePicture: it must be a file's path or a data URL, got ${described(from)}`);
  const picture = decoded(from);
  const shorter = Math.min(picture.width, picture.height);
  const [height, width] = [picture.height, picture.width].map((length) => Math.max(size, Math.round((length * MARGIN * size) / shorter)));
  return { images: middle(scaled(picture, [height, width]), size), labels: Uint8Array.of(0), count: 1, shape: [size, size, 3] };
}

function decoded(from: string): Picture {
  const name = from.startsWith('data:') ? 'the data URL' : from;
  const [, base64] = DATA_URL.exec(from) ?? [];
  if (from.startsWith('data:') && base64 === undefined) throw new Error(`onePicture: a data URL must begin with data:image/jpeg;base64, or data:image/png;base64, got ${from.slice(0, 40)}`);
  const bytes = base64 === undefined ? readBytes('onePicture', from) : new Uint8Array(Buffer.from(base64, 'base64'));
  return bytes[0] === 0x89 ? decodePng(bytes, name) : decodeJpeg(bytes, name);
}

/** The pixels in the middle of a picture that is no smaller, `[size, size, 3]`. */
export function middle({ width, height, pixels }: Picture, size: number): Uint8Array {
  const [left, top] = [Math.floor((width - size) / 2), Math.floor((height - size) / 2)];
  const cut = new Uint8Array(size * size * 3);
  for (let row = 0; row < size; row++) cut.set(pixels.subarray(((top + row) * width + left) * 3).subarray(0, size * 3), row * size * 3);
  return cut;
}
