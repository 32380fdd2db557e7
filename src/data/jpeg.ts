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
  if (at(-2) !== 'ffd9') fail(`must end with ff d9, got ${at(-2)} at byte ${bytes.length - 2}: it is cut short`);
  try {
    const { width, height, data } = decode(bytes, { useTArray: true, formatAsRGBA: false, tolerantDecoding: false, maxResolutionInMP: (PIXELS_OF_BYTE * bytes.length) / 1e6 });
    return { width, height, pixels: data };
  } catch (error) {
    return fail(`must be a JPEG file that can be decoded: ${(error as Error).message}`, error);
  }
}
