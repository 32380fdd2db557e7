/** Bytes that are a picture. */
import { types } from 'node:util';
import type { MimeBundle } from './display';
import { count } from './plain';

interface Format {
  name: string;
  /** What the file starts with, as latin1. */
  magic: RegExp;
  /** `[width, height]`; undefined or a RangeError if the bytes do not hold it. */
  size(bytes: Buffer): [number, number] | undefined;
}

const formats: Format[] = [
  { name: 'PNG', magic: /^\u{89}PNG\r\n\p{Cc}\n/u, size: (bytes) => [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] },
  { name: 'JPEG', magic: /^\xff\xd8\xff/, size: jpegSize },
  { name: 'GIF', magic: /^GIF8[79]a/, size: (bytes) => [bytes.readUInt16LE(6), bytes.readUInt16LE(8)] },
  { name: 'WebP', magic: /^RIFF[^]{4}WEBPVP8/, size: webpSize },
];

const mostBytes = 20_000_000;

/** A PNG, JPEG, GIF or WebP file in memory, as a picture; undefined for other bytes. */
export function image(value: unknown): MimeBundle | undefined {
  if (!types.isUint8Array(value)) return undefined;
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const start = bytes.toString('latin1', 0, 16);
  const format = formats.find(({ magic }) => magic.test(start));
  const size = format?.size(bytes);
  if (!format || !size) return undefined;
  const text = `${format.name} ${size.join('x')}, ${bytes.length} bytes`;
  if (bytes.length > mostBytes) return { 'text/plain': `${text}: not shown, more than ${count(mostBytes)} bytes` };
  return { [`image/${format.name.toLowerCase()}`]: bytes.toString('base64'), 'text/plain': text };
}

/** From the frame header, the first of the markers SOF0 to SOF15; C4, C8 and CC mean other things (ITU T.81, table B.1). */
function jpegSize(bytes: Buffer): [number, number] | undefined {
  for (let at = 2; bytes[at] === 0xff; ) {
    const marker = bytes[at + 1];
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** From the first chunk: lossy, lossless, or extended (RFC 9649, section 2). */
function webpSize(bytes: Buffer): [number, number] | undefined {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
    }
    case 'VP8X':
      return [1 + bytes.readUIntLE(24, 3), 1 + bytes.readUIntLE(27, 3)];
    default:
      return undefined;
  }
}
