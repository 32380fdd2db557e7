import assert from 'node:assert/strict';
import type { Split } from '../../src/data';
import { occlusion } from '../../src/measure';
import type { Classifier } from '../../src/train';

/** Sees one pixel alone: of class 1, the brighter it is. */
const seesOne = (at: number, shape: number[]): Classifier => ({
  name: 'sees one',
  shape,
  classes: 3,
  logits: ({ images, count }: Split) => {
    const size = images.length / count;
    return Promise.resolve(Float32Array.from({ length: 3 * count }, (_, i) => (i % 3 === 1 ? images[Math.floor(i / 3) * size + at] / 50 : 0)));
  },
});

const split = (shape: number[], standardization?: Split['standardization']): Split => {
  const size = shape.reduce((product, length) => product * length);
  return { images: Uint8Array.from({ length: 2 * size }, (_, i) => (i < size ? 0 : 250)), labels: Uint8Array.of(0, 1), count: 2, shape, standardization };
};

describe('occlusion', () => {
  it('finds the pixel that the net goes by: evidence where squares that hide it lie, most of it there', async () => {
    const { evidence, probability, class: answer } = await occlusion(seesOne(6 * 10 + 3, [9, 10, 1]), split([9, 10, 1]), 1, { size: 3, step: 1 });
    assert.equal(answer, 1);
    const drop = Math.exp(5) / (Math.exp(5) + 2) - 1 / 3;
    assert.ok(Math.abs(probability - drop - 1 / 3) < 1e-6);
    for (let y = 0; y < 9; y++)
      for (let x = 0; x < 10; x++) {
        const found = evidence[y * 10 + x];
        const [dy, dx] = [Math.abs(y - 6), Math.abs(x - 3)];
        if (dy > 2 || dx > 2) assert.equal(found, 0, `${y}, ${x}`);
        else assert.ok(found > 0 && found < drop + 1e-6, `${y}, ${x}: ${found}`);
      }
    assert.ok(Math.abs(evidence[6 * 10 + 3] - drop) < 1e-6); // every square over it hides it
  });

  it('covers every pixel at any step, by the colour that is 0 to the net', async () => {
    const seen = new Set<number>();
    const net = seesOne(0, [5, 5, 1]);
    const logits = net.logits.bind(net);
    const watched = { ...net, logits: (given: Split) => (given.images.forEach((value) => seen.add(value)), logits(given)) };
    const { evidence } = await occlusion(watched, split([5, 5, 1], { mean: [100 / 255], standardDeviation: [1] }), 1, { size: 2, step: 2, class: 1 });
    assert.ok(evidence.every(Number.isFinite));
    assert.deepEqual([...seen].sort(), [100, 250]);
  });

  it('is of the class that is asked for', async () => {
    const { class: answer, evidence } = await occlusion(seesOne(0, [4, 4, 1]), split([4, 4, 1]), 1, { size: 2, step: 2, class: 2 });
    assert.equal(answer, 2);
    assert.ok(evidence[0] < 0); // without the bright pixel class 2 is likelier
  });

  it('refuses a square that does not fit, and classes and images that there are not', async () => {
    const net = seesOne(0, [4, 4, 1]);
    await assert.rejects(occlusion(net, split([4, 4, 1]), 1, { size: 5 }), /from 1 to 4 pixels an edge, got 5/);
    await assert.rejects(occlusion(net, split([4, 4, 1]), 1, { step: 0 }), /the step must be a whole number from 1 to the square's 1 pixels, so that every pixel is covered, got 0/);
    await assert.rejects(occlusion(net, split([4, 4, 1]), 1, { size: 2, step: 3 }), /from 1 to the square's 2 pixels/);
    await assert.rejects(occlusion(net, split([16]), 1), /must be an image \[height, width, channels\], got \[16\]/);
    await assert.rejects(occlusion(net, split([4, 4, 1]), 1, { class: 3 }), /the class must be from 0 to 2, got 3/);
    await assert.rejects(occlusion(net, split([4, 4, 1]), 2), RangeError);
    await assert.rejects(occlusion(net, { ...split([4, 4, 1]), images: new Float32Array(32) }, 1), /the images must be bytes, got Float32Array/);
  });
});
