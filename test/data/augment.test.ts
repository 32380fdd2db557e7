import assert from 'node:assert/strict';
import { cropAndFlip, fillBatch, jitter, standardize, type Augment, type Split } from '../../src/data';
import { foldIn, key, permutation, type Key } from '../../src/random';

const SHAPE = [8, 8, 3];
const SIZE = 192;
const COUNT = 600;

/** Images that hold each of the bytes 1 to 192 once, so that a pixel says where it comes from and 0 that it was added. */
const split: Split<Uint8Array> = { images: Uint8Array.from({ length: COUNT * SIZE }, (_, i) => 1 + (i % SIZE)), labels: new Uint8Array(COUNT), count: COUNT, shape: SHAPE };
const all = [...Array(COUNT).keys()];

/** The augmented images at `indices`, as bytes. */
function augmented(augment: Augment, k: Key, indices: ArrayLike<number> = all, of: Split = split): number[][] {
  const x = new Float32Array(indices.length * (of.images.length / of.count)).fill(9);
  fillBatch(of, indices, x, new Int32Array(indices.length), { augment, key: k });
  return rows(x, indices.length).map((row) => row.map((value) => Math.round(value * 255)));
}

const rows = (x: Float32Array, count: number) => Array.from({ length: count }, (_, i) => [...x.subarray((i * x.length) / count, ((i + 1) * x.length) / count)]);

/** Every crop of the padded image and of its mirror image, by another way than the library's: pad, mirror, cut. */
function crops(image: number[], [height, width, channels = 1]: readonly number[], pad: number, flip: boolean): string[] {
  const pixels = Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => image.slice((y * width + x) * channels, (y * width + x + 1) * channels)));
  const nothing = new Array<number>(channels).fill(0);
  const side = new Array<number[]>(pad).fill(nothing);
  const line = new Array<number[]>(width + 2 * pad).fill(nothing);
  const padded = [...new Array<number[][]>(pad).fill(line), ...pixels.map((row) => [...side, ...row, ...side]), ...new Array<number[][]>(pad).fill(line)];
  return (flip ? [padded, padded.map((row) => [...row].reverse())] : [padded]).flatMap((whole) =>
    [...Array((2 * pad + 1) ** 2).keys()].map((i) => {
      const [top, left] = [Math.floor(i / (2 * pad + 1)), i % (2 * pad + 1)];
      return String(whole.slice(top, top + height).map((row) => row.slice(left, left + width)));
    }),
  );
}

describe('augmentation', () => {
  it('gives every crop of the padded image and of its mirror image, and nothing else', () => {
    const image = [...split.images.subarray(0, SIZE)];
    for (const [augment, flip] of [[cropAndFlip(SHAPE, { pad: 2 }), true], [jitter(SHAPE), false]] as const) {
      const possible = crops(image, SHAPE, 2, flip);
      const seen = [0, 1].flatMap((epoch) => augmented(augment, foldIn(key(1), epoch)).map(String));
      assert.equal(new Set(possible).size, flip ? 50 : 25);
      assert.deepEqual([...new Set(seen)].sort(), [...possible].sort());
    }
  });

  it('does so for images of one channel that are no squares', () => {
    const grey: Split<Uint8Array> = { images: Uint8Array.from({ length: COUNT * 12 }, (_, i) => 1 + (i % 12)), labels: new Uint8Array(COUNT), count: COUNT, shape: [3, 4] };
    const seen = augmented(cropAndFlip([3, 4], { pad: 1 }), key(2), all, grey).map(String);
    assert.deepEqual([...new Set(seen)].sort(), crops([...grey.images.subarray(0, 12)], [3, 4], 1, true).sort());
  });

  it('mirrors about half of the images, and a mirrored image back', () => {
    const flip = cropAndFlip(SHAPE, { pad: 0 });
    const once = augmented(flip, key(3));
    const mirrored = once.filter((row) => row[0] !== 1).length;
    assert.ok(mirrored > COUNT / 3 && mirrored < (2 * COUNT) / 3);
    const twice = augmented(flip, key(3), all, { ...split, images: Uint8Array.from(once.flat()) });
    assert.ok(Buffer.from(split.images).equals(Uint8Array.from(twice.flat())));
  });

  it('without padding and mirroring is the plain batch', () => {
    for (const of of [split, standardize({ name: '', real: false, shape: SHAPE, classes: [], train: split, test: split }).train]) {
      const [plain, x, y] = [new Float32Array(3 * SIZE), new Float32Array(3 * SIZE), new Int32Array(3)];
      fillBatch(of, [5, 1], plain, y);
      assert.equal(fillBatch(of, [5, 1], x, y, { augment: jitter(SHAPE, { pixels: 0 }), key: key(0) }), 2);
      assert.deepEqual(x, plain);
    }
  });

  it('depends on the key and on the image\'s index alone', () => {
    const augment = cropAndFlip(SHAPE);
    const whole = augmented(augment, key(4));
    assert.deepEqual(augmented(augment, key(4)), whole);
    assert.notDeepEqual(augmented(augment, key(5)), whole);
    const order = permutation(key(6), COUNT);
    augmented(augment, key(4), order.subarray(0, 50)).forEach((row, i) => assert.deepEqual(row, whole[order[i]]));
  });

  it('pads with the zero of the standardised units', () => {
    const { train } = standardize({ name: '', real: false, shape: SHAPE, classes: [], train: split, test: split });
    const [plain, x, y] = [new Float32Array(SIZE), new Float32Array(COUNT * SIZE).fill(9), new Int32Array(COUNT)];
    fillBatch(train, [0], plain, y.subarray(0, 1));
    fillBatch(train, all, x, y, { augment: cropAndFlip(SHAPE), key: key(7) });
    const places = augmented(cropAndFlip(SHAPE), key(7)).flat();
    assert.ok(places.includes(0));
    places.forEach((byte, i) => assert.equal(x[i], byte === 0 ? 0 : plain[byte - 1]));
  });

  it('refuses shapes and paddings that cannot be', () => {
    assert.throws(() => cropAndFlip([784]), /cropAndFlip: the shape must be \[height, width\] or \[height, width, channels\], got \[784\]/);
    for (const pad of [-1, 1.5, 9]) assert.throws(() => cropAndFlip(SHAPE, { pad }), /cropAndFlip: the padding must be a whole number from 0 to 8/);
    assert.throws(() => jitter(SHAPE, { pixels: 9 }), /jitter: the padding must be/);
    assert.throws(() => augmented(jitter([28, 28]), key(0)), /the augmentation must be made for images of 192 values, got one for \[28, 28\]/);
    const { train } = standardize({ name: '', real: false, shape: SHAPE, classes: [], train: split, test: split });
    assert.throws(() => augmented(jitter([8, 24]), key(0), all, train), /images of 192 values in 3 channels, got one for \[8, 24\]/);
  });
});
