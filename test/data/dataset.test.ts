import assert from 'node:assert/strict';
import fc from 'fast-check';
import { holdOut, onlyClasses, selectImages, firstImages, withoutClasses, type Split } from '../../src/data';
import { key } from '../../src/random';

/** Images `[count, 2]` that each hold their own number twice, of class `number % 3`. */
function numbered(count: number): Split {
  const numbers = Uint8Array.from({ length: count }, (_, i) => i);
  return { images: numbers.reduce((images, n, i) => images.fill(n, 2 * i, 2 * i + 2), new Uint8Array(2 * count)), labels: numbers.map((n) => n % 3), count, shape: [2] };
}

/** The numbers of the images, after checking that image and label still belong together. */
function numbersOf({ images, labels, count }: Split): number[] {
  assert.deepEqual([images.length, labels.length], [2 * count, count]);
  return Array.from(labels, (label, i) => {
    assert.deepEqual([images[2 * i] % 3, images[2 * i + 1]], [label, images[2 * i]]);
    return images[2 * i];
  });
}

describe('splits', () => {
  it('selectImages and firstImages keep images and labels together', () => {
    assert.deepEqual(numbersOf(selectImages(numbered(9), [7, 0, 7])), [7, 0, 7]);
    assert.deepEqual(numbersOf(firstImages(numbered(9), 4)), [0, 1, 2, 3]);
    assert.deepEqual(numbersOf(firstImages(numbered(9), 0)), []);
  });

  it('keep labels of 16 bits', () => {
    const split: Split = { images: new Uint8Array(3), labels: Uint16Array.of(999, 1, 256), count: 3, shape: [1] };
    const parts = [firstImages(split, 1), selectImages(split, [2]), holdOut(split, 3, key(0)).validation, onlyClasses(split, [999]), withoutClasses(split, [999, 1])];
    assert.deepEqual(parts.map(({ labels }) => labels), [[999], [256], [999, 1, 256], [999], [256]].map((labels) => Uint16Array.from(labels)));
  });

  it('holdOut parts a split into two that share nothing and lose nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), fc.nat(), (count, held, seed) => {
        const { train, validation } = holdOut(numbered(count), held % (count + 1), key(seed));
        assert.equal(validation.count, held % (count + 1));
        assert.deepEqual([...numbersOf(train), ...numbersOf(validation)].sort((a, b) => a - b), [...Array(count).keys()]);
      }),
    );
    assert.notDeepEqual(numbersOf(holdOut(numbered(50), 10, key(0)).validation), numbersOf(holdOut(numbered(50), 10, key(1)).validation));
  });

  it('onlyClasses and without are complements', () => {
    assert.deepEqual(numbersOf(onlyClasses(numbered(7), [0, 2])), [0, 2, 3, 5, 6]);
    assert.deepEqual(numbersOf(withoutClasses(numbered(7), [0, 2])), [1, 4]);
  });

  it('reject counts that are not there', () => {
    for (const count of [-1, 10, 1.5]) {
      assert.throws(() => firstImages(numbered(9), count), /firstImages: the count must be a whole number from 0 to the 9 images there are/);
      assert.throws(() => holdOut(numbered(9), count, key(0)), /holdOut: the count/);
    }
  });
});
