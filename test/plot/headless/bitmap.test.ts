import assert from 'node:assert/strict';
import { decode } from 'fast-png';
import { bitmap, encodePng } from '../../../src/plot/headless/bitmap';

/** 512 pixels of each grey, and one a shade bluer beside some of them. */
function greys() {
  const pixels = bitmap(512, 256);
  for (let i = 0; i < 512 * 256; i++) pixels.data.set([i >> 9, i >> 9, i >> 9, 255], 4 * i);
  for (let grey = 0; grey < 250; grey += 10) pixels.data[4 * (512 * grey + 100) + 2] += 1;
  return pixels;
}
const read = (file: Uint8Array) => {
  const { data, palette } = decode(file);
  return { data: palette ? Array.from(data).flatMap((place) => palette[place].slice(0, 3)) : Array.from(data), palette };
};
const channels = ({ data }: { data: ArrayLike<number> }) => Array.from(data).filter((_, i) => i % 4 < 3);

describe('a PNG file of few colours', () => {
  it('has a palette, and the nearest of it for what is left over', () => {
    const { data, palette } = read(encodePng(greys(), 0.99));
    assert.equal(palette?.length, 256);
    const wanted = channels(greys());
    const off = data.flatMap((value, i) => (value === wanted[i] ? [] : [Math.abs(value - wanted[i])]));
    assert.deepEqual(off, Array.from({ length: 25 }, () => 1));
  });

  it('keeps every colour where that is asked for', () => {
    const { data, palette } = read(encodePng(greys()));
    assert.deepEqual([data, palette], [channels(greys()), undefined]);
  });
});
