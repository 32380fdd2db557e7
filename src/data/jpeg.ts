import { decode } from 'jpeg-js';

/** A decoded picture. */
export interface Picture {
  /** In pixels. */
  width: number;
  /** In pixels. */
  height: number;
  /** `[height, width, 3]`: red, green, blue, 0 to 255. */
  pixels: Uint8Array;
}

/** A byte holds at most so many pixels: a block of 64 takes at least one bit. */
const PIXELS_OF_BYTE = 512;

const END = Buffer.from([0xff, 0xd9]);

/** Whether Adobe's marker says that the colours are stored as red, green and blue (transform 0), of three components. */
function isRgb(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marker = file.indexOf(Buffer.from('\xff\xee\x00\x0eAdobe', 'latin1'));
  const frame = [0xc0, 0xc1, 0xc2].map((kind) => file.indexOf(Buffer.from([0xff, kind]))).filter((at) => at >= 0);
  return marker >= 0 && file[marker + 15] === 0 && frame.some((at) => file[at + 9] === 3);
}

/**
 * Decodes a JPEG file. `file` is the name that errors give. Colours are stored at half the size in most files; they are enlarged by repeating them.
 *
 * @throws Error when it is another file, cut short, damaged so that it cannot be decoded, or claims to be larger than its bytes can hold
 */
export function decodeJpeg(bytes: Uint8Array, file: string): Picture {
  const fail = (what: string, cause?: unknown): never => {
    throw new Error(`jpeg: ${file} ${what}`, { cause });
  };
  const at = (from: number, to?: number) => Buffer.from(bytes.subarray(from, to)).toString('hex');
  if (at(0, 2) !== 'ffd8') fail(`must begin with ff d8, got ${at(0, 2) || 'nothing'}: it is no JPEG file`);
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).lastIndexOf(END); // cameras write more behind it
  if (end < 2) fail(`must end with ff d9, got ${at(-2)} at byte ${bytes.length - 2}: it is cut short`);
  try {
    const { width, height, data } = decode(bytes.subarray(0, end + 2), { ...(isRgb(bytes) && { colorTransform: false }), useTArray: true, formatAsRGBA: false, tolerantDecoding: false, maxResolutionInMP: (PIXELS_OF_BYTE * bytes.length) / 1e6 });
    return { width, height, pixels: data };
  } catch (error) {
    return fail(`must be a JPEG file that can be decoded: ${(error as Error).message}`, error);
  }
}
