import { crc32, deflateSync } from 'node:zlib';

/** Pixels, `[height, width, 4]`: red, green, blue and opacity, 0 to 255. */
export interface Bitmap {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

export const bitmap = (width: number, height: number): Bitmap => ({ width, height, data: new Uint8ClampedArray(width * height * 4) });

function chunk(type: string, content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + content.length);
  bytes.writeUInt32BE(content.length);
  bytes.write(type, 4, 'latin1');
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/** A PNG file of the pixels, as the address of an image: `data:image/png;base64,...`. */
export function dataUrl({ width, height, data }: Bitmap): string {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 6], 8); // bits a channel; colour with opacity
  const rows = Buffer.alloc((width * 4 + 1) * height); // each row begins with its filter: 0, none
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * width * 4, (y + 1) * width * 4), y * (width * 4 + 1) + 1);
  const parts = [Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  return `data:image/png;base64,${Buffer.concat(parts).toString('base64')}`;
}
