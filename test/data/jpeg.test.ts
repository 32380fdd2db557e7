import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encode } from 'jpeg-js';
import { decodeJpeg } from '../../src/data';
import { damaged } from '../formats/files';

/** Four squares of one colour each, which hardly suffer from the compression: [red, green] over [blue, grey]. */
const COLOURS = [[220, 30, 30], [30, 200, 40], [30, 40, 210], [128, 128, 128]];
const [WIDTH, HEIGHT] = [32, 48];
const square = (x: number, y: number) => COLOURS[2 * Number(y >= HEIGHT / 2) + Number(x >= WIDTH / 2)];
const FILE = new Uint8Array(
  encode({ width: WIDTH, height: HEIGHT, data: Uint8Array.from({ length: WIDTH * HEIGHT * 4 }, (_, i) => [...square((i >> 2) % WIDTH, Math.floor((i >> 2) / WIDTH)), 255][i & 3]) }, 95).data,
);

describe('decodeJpeg', () => {
  it('gives red, green and blue of each pixel, row by row', () => {
    const { width, height, pixels } = decodeJpeg(FILE, 'squares');
    assert.deepEqual([width, height, pixels.length], [WIDTH, HEIGHT, WIDTH * HEIGHT * 3]);
    pixels.forEach((value, i) => assert.ok(Math.abs(value - square(Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH))[i % 3]) < 12, `value ${i}: ${value}`));
  });

  it('names the file and what is wrong with it', () => {
    const wrong: [Uint8Array, RegExp][] = [
      [new Uint8Array(0), /jpeg: x\.jpg must begin with ff d8, got nothing: it is no JPEG file/],
      [Uint8Array.of(0x89, 0x50, 0x4e, 0x47), /must begin with ff d8, got 8950/],
      [FILE.subarray(0, 500), /must end with ff d9, got [0-9a-f]{4} at byte 498: it is cut short/],
      [Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), /must be a JPEG file that can be decoded: /],
    ];
    for (const [bytes, message] of wrong) assert.throws(() => decodeJpeg(bytes, 'x.jpg'), message);
    const size = FILE.findIndex((byte, i) => byte === 0xff && FILE[i + 1] === 0xc0) + 5; // the frame's height and width
    assert.throws(() => decodeJpeg(FILE.map((byte, i) => (i >= size && i < size + 4 ? 255 : byte)), 'x.jpg'), /maxResolutionInMP limit exceeded/);
  });

  it('decodes or refuses damaged files', () => {
    fc.assert(
      fc.property(damaged(fc.constant(FILE)), (bytes) => {
        try {
          const { width, height, pixels } = decodeJpeg(bytes, 'x.jpg');
          assert.equal(pixels.length, width * height * 3);
        } catch (error) {
          assert.match((error as Error).message, /^jpeg: x\.jpg must /);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
