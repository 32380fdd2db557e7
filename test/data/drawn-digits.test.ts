import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { drawnDigits, type Split } from '../../src/data';
import { key } from '../../src/random';

const image = ({ images }: Split<Uint8Array>, i: number) => images.subarray(784 * i, 784 * (i + 1));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('drawn digits', () => {
  const digits = drawnDigits({ train: 3000, test: 1000 });
  const splits = [digits.train, digits.test];

  it('are what they say', () => {
    assert.deepEqual([digits.name, digits.real, digits.shape, digits.classes.length], ['drawn digits', false, [28, 28], 10]);
    assert.deepEqual(splits.map(({ images, labels, count }) => [images.length, labels.length, count]), [[3000 * 784, 3000, 3000], [1000 * 784, 1000, 1000]]);
  });

  it('are the same bytes for the same key, the beginning of a larger set, and others for another key', () => {
    const again = drawnDigits({ train: 200, test: 100 });
    assert.equal(sha256(again.train.images), sha256(digits.train.images.subarray(0, 200 * 784)));
    assert.equal(sha256(again.test.images), sha256(digits.test.images.subarray(0, 100 * 784)));
    assert.deepEqual(again.train.labels, digits.train.labels.subarray(0, 200));
    assert.notEqual(sha256(drawnDigits({ train: 200, test: 100, key: key(1) }).train.images), sha256(again.train.images));
  });

  it('never repeat an image, within or across training and test', () => {
    const hashes = splits.flatMap((split) => Array.from({ length: split.count }, (_, i) => sha256(image(split, i))));
    assert.equal(new Set(hashes).size, hashes.length);
  });

  it('hold the classes about equally often', () => {
    const counts = new Array<number>(10).fill(0);
    for (const label of digits.train.labels) counts[label]++;
    for (const count of counts) assert.ok(Math.abs(count - 300) < 5 * Math.sqrt(270), `${count} of 3000`);
  });

  it('fit a box of 20 and are centred by mass, as MNIST is, so that most border pixels are never used', () => {
    const used = new Uint8Array(784);
    let offCentre = 0;
    for (let i = 0; i < digits.train.count; i++) {
      let [mass, x, y] = [0, 0, 0];
      const [columns, rows]: [number[], number[]] = [[], []];
      image(digits.train, i).forEach((pixel, at) => {
        if (pixel === 0) return;
        used[at] = 1;
        columns.push(at % 28);
        rows.push(Math.floor(at / 28));
        mass += pixel;
        x += pixel * (at % 28);
        y += pixel * Math.floor(at / 28);
      });
      const longest = Math.max(...[columns, rows].map((lines) => Math.max(...lines) - Math.min(...lines) + 1));
      assert.ok(longest >= 19 && longest <= 22, `image ${i} is ${longest} long`);
      const distance = Math.hypot(x / mass - 13.5, y / mass - 13.5);
      assert.ok(distance < 3, `image ${i} is ${distance} off centre`);
      offCentre += distance / digits.train.count;
    }
    assert.ok(offCentre < 0.5, `${offCentre} off centre on average`);
    const border = used.filter((_, at) => at < 28 || at >= 756 || at % 28 === 0 || at % 28 === 27);
    const drawnOn = border.reduce((sum, one) => sum + one);
    assert.ok(drawnOn < border.length / 2, `${drawnOn} of the ${border.length} border pixels`);
  });

  it('can be told apart: the nearest of 3000 training images has the right class for 85 of 100', () => {
    let right = 0;
    for (let i = 0; i < 100; i++) {
      const [tested, { images }] = [image(digits.test, i), digits.train];
      let [nearest, least] = [-1, Infinity];
      for (let n = 0; n < digits.train.count; n++) {
        let distance = 0;
        for (let at = 0; at < 784; at++) distance += (tested[at] - images[784 * n + at]) ** 2;
        if (distance < least) [nearest, least] = [n, distance];
      }
      right += +(digits.train.labels[nearest] === digits.test.labels[i]);
    }
    assert.ok(right >= 85, `${right} of 100`);
  });
});
