import assert from 'node:assert/strict';
import { drawnColours, drawnDigits, pictures } from '../../src/data';
import { key } from '../../src/random';

describe('drawnColours', () => {
  const [colours, digits] = [drawnColours({ train: 6, test: 3, key: key(4) }), drawnDigits({ train: 6, test: 3, key: key(4) })];
  const pixel = (image: number, row: number, column: number) => [...colours.train.images.subarray(((image * 32 + row) * 32 + column) * 3).subarray(0, 3)];

  it('are the drawn digits with their labels, a bright ink on a dark ground, two pixels of ground around', () => {
    assert.deepEqual([colours.real, colours.shape, colours.train.labels], [false, [32, 32, 3], digits.train.labels]);
    for (let image = 0; image < 6; image++) {
      const ground = pixel(image, 0, 0);
      assert.ok(ground.every((shade) => shade < 100));
      assert.deepEqual(pixel(image, 31, 1), ground);
      const darkest = digits.train.images.subarray(784 * image, 784 * (image + 1));
      const at = darkest.indexOf(Math.max(...darkest));
      const ink = pixel(image, Math.floor(at / 28) + 2, (at % 28) + 2);
      assert.ok(ink.every((shade, channel) => shade > ground[channel]), `image ${image}: ${ink.join()} on ${ground.join()}`);
    }
    assert.notDeepEqual(pixel(0, 0, 0), pixel(1, 0, 0));
  });

  it('are the beginning of a larger set, and depend on their key', () => {
    assert.deepEqual(drawnColours({ train: 3, test: 3, key: key(4) }).train.images, colours.train.images.subarray(0, 3 * 3072));
    assert.notDeepEqual(drawnColours({ train: 6, test: 3, key: key(5) }).train.images, colours.train.images);
  });
});

describe('pictures', () => {
  it('at paper scale are CIFAR-10 or an error that says how to get it', () =>
    assert.rejects(pictures({ scale: 'paper', dataDir: '/nowhere' }), /must hold CIFAR-10's six binary files.*npm run data -- cifar10/));

  it('of a folder that the user names are CIFAR-10, also at quick scale', () =>
    assert.rejects(pictures({ scale: 'quick', dataDir: '/nowhere' }), /must hold CIFAR-10's six binary files/));
});
