import assert from 'node:assert/strict';
import fc from 'fast-check';
import { batchOrder, consecutiveBatches, fillBatch, type Split } from '../../src/data';
import { foldIn, key } from '../../src/random';

/** 256 images of 7 pixels. */
const split: Split<Uint8Array> = { images: Uint8Array.from({ length: 7 * 256 }, (_, i) => i % 256), labels: Uint8Array.from({ length: 256 }, (_, i) => i % 10), count: 256, shape: [7] };

describe('batches', () => {
  it('of an epoch hold no image twice and drop only the last partial batch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), fc.nat(), (count, other, seed) => {
        const size = (other % count) + 1;
        const batches = batchOrder(key(seed), count, size);
        assert.equal(batches.length, Math.floor(count / size));
        assert.ok(batches.every((batch) => batch.length === size));
        const indices = batches.flatMap((batch) => [...batch]);
        assert.equal(new Set(indices).size, indices.length);
        assert.ok(indices.every((index) => index >= 0 && index < count));
      }),
    );
  });

  it('follow from the key alone, another order each epoch', () => {
    const epoch = (n: number) => batchOrder(foldIn(key(1), n), 100, 10);
    assert.deepEqual(epoch(0), epoch(0));
    assert.notDeepEqual(epoch(0), epoch(1));
  });

  it('of an evaluation hold every image once, in order', () => {
    assert.deepEqual(consecutiveBatches(7, 3).map((batch) => [...batch]), [[0, 1, 2], [3, 4, 5], [6]]);
    assert.deepEqual(consecutiveBatches(6, 3).map((batch) => batch.length), [3, 3]);
    assert.deepEqual(consecutiveBatches(0, 3), []);
  });

  it('hold each pixel divided by 255, to the nearest float, and its class', () => {
    const [x, y] = [new Float32Array(7 * 256), new Int32Array(256)];
    const order = batchOrder(key(2), 256, 256)[0];
    assert.equal(fillBatch(split, order, x, y), 256);
    order.forEach((index, row) => {
      assert.equal(y[row], index % 10);
      for (let i = 0; i < 7; i++) assert.equal(x[7 * row + i], Math.fround(((7 * index + i) % 256) / 255));
    });
  });

  it('end in zeros where images are missing, also in buffers used before', () => {
    const [x, y] = [new Float32Array(28).fill(9), new Int32Array(4).fill(9)];
    assert.equal(fillBatch(split, [3, 36], x, y), 2);
    assert.deepEqual([...x], [21, 22, 23, 24, 25, 26, 27, 252, 253, 254, 255, 0, 1, 2, ...new Array<number>(14).fill(0)].map((pixel) => Math.fround(pixel / 255)));
    assert.deepEqual([...y], [3, 6, 0, 0]);
  });

  it('reject sizes and indices that cannot be', () => {
    assert.throws(() => batchOrder(key(0), 10, 11), /a batch of 11 needs as many images, got 10/);
    for (const size of [0, -1, 2.5]) {
      assert.throws(() => batchOrder(key(0), 10, size), /batchOrder: a batch size is a whole number from 1/);
      assert.throws(() => consecutiveBatches(10, size), /consecutiveBatches: a batch size/);
    }
    for (const index of [256, -1, NaN]) assert.throws(() => fillBatch(split, [index], new Float32Array(7), new Int32Array(1)), /an index must be a whole number from 0 to 255/);
    assert.throws(() => fillBatch(split, [0, 1], new Float32Array(7), new Int32Array(1)), /2 images of 7 pixels must fit into x of 7 numbers and y of 1/);
    assert.throws(() => fillBatch(split, [0], new Float32Array(8), new Int32Array(1)), /must fit/);
  });
});
