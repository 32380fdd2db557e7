import assert from 'node:assert/strict';
import { encode } from 'jpeg-js';
import { orientationOf, upright, uprightJpeg } from '../../../src/data/own/upright';

/** A JPEG file with an orientation in its EXIF data, whose numbers are of either order of bytes. */
function jpegOf(orientation: number, little: boolean): Uint8Array {
  const { data } = encode({ width: 16, height: 8, data: Uint8Array.from({ length: 16 * 8 * 4 }, (_, i) => (i % 4 === 3 ? 255 : 12 * (Math.floor(i / 4) % 16))) }, 95);
  const tiff = new DataView(new ArrayBuffer(26));
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, little);
  tiff.setUint32(4, 8, little);
  tiff.setUint16(8, 1, little);
  tiff.setUint16(10, 0x0112, little);
  tiff.setUint16(12, 3, little);
  tiff.setUint32(14, 1, little);
  tiff.setUint16(18, orientation, little);
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 2 + 6 + 26]), Buffer.from('Exif\0\0', 'latin1'), Buffer.from(tiff.buffer)]);
  return Buffer.concat([data.subarray(0, 2), segment, data.subarray(2)]);
}

describe('a picture that lies on its side', () => {
  it('is turned so that its corner comes to where EXIF says that it is: 1 2 / 3 4 / 5 6, eight ways', () => {
    const stored = { width: 2, height: 3, pixels: Uint8Array.from({ length: 18 }, (_, i) => 1 + Math.floor(i / 3)) };
    const turned = Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => {
      const { width, pixels } = upright(stored, orientation);
      const values = [...pixels].filter((_, i) => i % 3 === 0).join('');
      return [orientation, values.replace(new RegExp(`.{${width}}(?!$)`, 'g'), '$&/')];
    }));
    assert.deepEqual(turned, { 1: '12/34/56', 2: '21/43/65', 3: '65/43/21', 4: '56/34/12', 5: '135/246', 6: '531/642', 7: '642/531', 8: '246/135' });
  });

  it('says it in its EXIF data, in either order of bytes', () => {
    for (const little of [true, false]) for (const orientation of [1, 3, 6, 8]) assert.equal(orientationOf(jpegOf(orientation, little)), orientation);
    const { width, height, pixels } = uprightJpeg(jpegOf(6, false), 'a.jpg');
    assert.deepEqual([width, height], [8, 16]);
    assert.ok(pixels[0] < 20 && pixels[15 * 8 * 3] > 150); // what was left is above
  });

  it('is taken for upright where the data say nothing, or nothing that can be', () => {
    for (const orientation of [0, 9]) assert.equal(orientationOf(jpegOf(orientation, true)), 1);
    const whole = jpegOf(6, true);
    assert.equal(orientationOf(whole.subarray(0, 24)), 1);
    assert.equal(orientationOf(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)), 1);
    const forged = Uint8Array.from(whole);
    forged.set([0xff, 0xff, 0xff, 0x7f], 16); // where the first directory begins
    assert.equal(orientationOf(forged), 1);
  });
});
