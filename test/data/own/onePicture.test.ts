import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { encode as encodeJpeg } from 'jpeg-js';
import { onePicture } from '../../../src/data';

/** Columns of grey that grow from left to right. */
const ramp = (width: number, height: number): Uint8Array => Uint8Array.from({ length: width * height * 3 }, (_, i) => Math.floor(i / 3) % width);
const png = (width: number, height: number) => encode({ width, height, data: ramp(width, height), channels: 3 });

describe('onePicture', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'squeezelab-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('takes the middle of a picture whose shorter edge is 8/7 of the size', () => {
    const file = join(folder, 'wide.png');
    writeFileSync(file, png(200, 64)); // scaled by 1: 64 is 8/7 of 56
    const { images, shape, count } = onePicture(file, { size: 56 });
    assert.deepEqual([shape, count], [[56, 56, 3], 1]);
    images.forEach((value, i) => assert.equal(value, 72 + (Math.floor(i / 3) % 56)));
  });

  it('reads the same from a path and a data URL, PNG and JPEG', () => {
    const bytes = { png: png(90, 60), jpeg: encodeJpeg({ width: 90, height: 60, data: Uint8Array.from({ length: 90 * 60 * 4 }, (_, i) => (i % 4 === 3 ? 255 : Math.floor(i / 4) % 90)) }, 90).data };
    for (const [kind, file] of Object.entries(bytes)) {
      const path = join(folder, `picture.${kind}`);
      writeFileSync(path, file);
      const read = onePicture(path, { size: 30 });
      assert.deepEqual(onePicture(`data:image/${kind};base64,${Buffer.from(file).toString('base64')}`, { size: 30 }), read);
      assert.ok(read.images.some((value) => value > 50) && read.images.every((value) => value < 100));
    }
  });

  it('takes a long strip by its middle alone', () => {
    const { images } = onePicture(`data:image/PNG;name=a;base64,${Buffer.from(png(6000, 2)).toString('base64')}`, { size: 8 });
    assert.ok(images.every((value) => Math.abs(value - ((6000 / 2) % 256)) <= 1));
  });

  it('enlarges what is small, and takes a size of its own', () => {
    assert.equal(onePicture(`data:image/png;base64,${Buffer.from(png(5, 9)).toString('base64')}`).images.length, 224 * 224 * 3);
  });

  it('names what it cannot read', () => {
    assert.throws(() => onePicture(join(folder, 'none.jpg')), /onePicture: .*none.jpg must be a file that can be read/);
    assert.throws(() => onePicture('data:image/gif;base64,R0lG'), /data URL must begin with data:image\/jpeg;base64, or data:image\/png;base64, got data:image\/gif/);
    assert.throws(() => onePicture('data:image/png;base64,AAAA'), /the data URL must be a JPEG or PNG file, got one that begins with 000000/);
    assert.throws(() => onePicture(7 as unknown as string), /a file's path or a data URL, got 7/);
    assert.throws(() => onePicture('x.png', { size: 0 }), /whole number of pixels from 1 to 10000, got 0/);
  });
});
