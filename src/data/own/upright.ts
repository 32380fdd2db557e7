import { decodeJpeg, type Picture } from '../jpeg';

const EXIF = Buffer.from('Exif\0\0', 'latin1');
/** The tag of the orientation (EXIF 2.3, section 4.6.4). */
const ORIENTATION = 0x0112;

/** A JPEG file's picture, turned as the file says that it lies. */
export const uprightJpeg = (bytes: Uint8Array, file: string): Picture => upright(decodeJpeg(bytes, file), orientationOf(bytes));

/** How a JPEG file says that its picture lies, from 1 to 8; 1, upright, where it does not say. */
export function orientationOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda; at += 2 + view.getUint16(at + 2)) {
    if (bytes[at + 1] === 0xe1 && EXIF.equals(bytes.subarray(at + 4, at + 10))) return orientationIn(view, at + 10);
  }
  return 1;
}

/** Of the TIFF header that begins at `start`. */
function orientationIn(view: DataView, start: number): number {
  try {
    const little = view.getUint16(start) === 0x4949;
    const first = start + view.getUint32(start + 4, little);
    for (let i = 0; i < view.getUint16(first, little); i++) {
      const entry = first + 2 + 12 * i;
      if (view.getUint16(entry, little) !== ORIENTATION) continue;
      const orientation = view.getUint16(entry + 8, little);
      return orientation >= 1 && orientation <= 8 ? orientation : 1;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // cut short or forged: then it says nothing
  }
  return 1;
}

/** A picture turned and mirrored so that it stands upright. */
export function upright({ width, height, pixels }: Picture, orientation: number): Picture {
  if (orientation === 1) return { width, height, pixels };
  const isTurned = orientation >= 5;
  const [columns, rows] = isTurned ? [height, width] : [width, height];
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBelow = [3, 4, 6, 7].includes(orientation);
  const result = new Uint8Array(pixels.length);
  for (let y = 0, to = 0; y < rows; y++)
    for (let x = 0; x < columns; x++, to += 3) {
      const [across, down] = isTurned ? [y, x] : [x, y];
      const from = 3 * ((fromBelow ? height - 1 - down : down) * width + (fromRight ? width - 1 - across : across));
      result.set(pixels.subarray(from, from + 3), to);
    }
  return { width: columns, height: rows, pixels: result };
}
