import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { mimeBundle } from '../../kernel/values';
import { drawnDigits, firstImages, holdOut, imageSplit, standardize } from '../../src/data';
import { key } from '../../src/random';

describe('images as the last value of a cell', () => {
  const digits = drawnDigits({ train: 60, test: 20 });
  const text = async (value: unknown) => (await mimeBundle(value))['text/plain'] as string;

  it('are one line, whichever way they were made', async () => {
    assert.equal(await text(digits), 'drawn digits: 60 + 20 images [28, 28], 10 classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9');
    assert.equal(await text(standardize(digits)), await text(digits));
    assert.equal(await text(firstImages(digits.test, 10)), '10 images [28, 28], labels 0 to 9');
    assert.equal(await text(imageSplit({ images: new Uint8Array(8), labels: ['a', 'b'], shape: [2, 2] })), '2 images [2, 2], 2 classes: a, b');
    const parts = await text(holdOut(digits.train, 10, key(1)));
    assert.equal(parts, '{ train: 50 images [28, 28], labels 0 to 9, validation: 10 images [28, 28], labels 0 to 8 }');
    assert.match(inspect(digits), /^drawn digits: /);
  });

  it('are else the objects that they were', () => assert.deepEqual(Object.keys({ ...digits.test }), ['images', 'labels', 'count', 'shape']));
});
