import assert from 'node:assert/strict';
import fc from 'fast-check';
import { kmeans, type Start } from '../../src/compress/kmeans';
import { key, normal } from '../../src/random';

const seed = key(4);
const anyStart = fc.constantFrom<Start>('linear', 'density', 'random');
const anyValues = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 120 }).map((values) => Float32Array.from(values, (value) => value / 64));
const nearest = (value: number, centroids: ArrayLike<number>) => {
  let best = 0;
  for (let i = 1; i < centroids.length; i++) if (Math.abs(value - centroids[i]) < Math.abs(value - centroids[best])) best = i;
  return best;
};

/** Lloyd's algorithm as textbooks have it: every value against every centroid. */
function lloyd(values: Float32Array, start: number[]): number[] {
  let centroids = start;
  for (let before = ''; ; ) {
    const codes = Array.from(values, (value) => centroids.filter((centroid, i) => i > 0 && value > (centroids[i - 1] + centroid) / 2).length);
    if (codes.join() === before) return centroids;
    before = codes.join();
    centroids = centroids.map((centroid, i) => {
      const members = values.filter((_, j) => codes[j] === i);
      return members.length > 0 ? members.reduce((sum, value) => sum + value, 0) / members.length : centroid;
    });
  }
}

describe('kmeans', () => {
  it('finds by hand what it finds: 1, 2, 3, 10, 11, 12 in two clusters', () => {
    // Linear start at 1 and 12, divided at 6.5: means 2 and 11, and two times 1 + 0 + 1.
    const found = kmeans(Float32Array.of(10, 1, 11, 2, 12, 3), 2, { start: 'linear' });
    assert.deepEqual(found, { centroids: Float32Array.of(2, 11), codes: Uint16Array.of(1, 0, 1, 0, 1, 0), iterations: 1, wcss: 4 });
  });

  it('starts as Han et al. 2016, section 3.2 describe', () => {
    const values = Float32Array.of(0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 8);
    const start = (name: Start) => [...kmeans(values, 3, { start: name, key: seed, iterations: 0 }).centroids];
    assert.deepEqual(start('linear'), [0, 4, 8]);
    assert.deepEqual(start('density'), [0.125, 0.5, 0.75]);
    const random = start('random');
    assert.ok(random.length === 3 && random.every((centroid) => values.includes(centroid)));
    assert.equal(new Set(random).size, 3);
  });

  it('keeps centroids the means of their values when rounding moves a value that lies between two', () => {
    const values = Float32Array.of(0.34375, -1.90625, 9.34375, 11.78125, 5.8125, -6.484375, 9.5);
    const { centroids, codes } = kmeans(values, 3, { start: 'linear' });
    centroids.forEach((centroid, k) => {
      const members = [...values].filter((_, i) => codes[i] === k);
      assert.ok(Math.abs(centroid - members.reduce((sum, value) => sum + value, 0) / members.length) < 1e-6);
    });
  });

  it('gives each value its nearest centroid, and each centroid the mean of its values', () => {
    fc.assert(
      fc.property(anyValues, fc.integer({ min: 1, max: 12 }), anyStart, (values, clusters, start) => {
        const { centroids, codes, wcss } = kmeans(values, clusters, { start, key: seed });
        assert.deepEqual(centroids, centroids.slice().sort());
        assert.equal(codes.length, values.length);
        let sum = 0;
        values.forEach((value, i) => {
          assert.ok(Math.abs(value - centroids[codes[i]]) <= Math.abs(value - centroids[nearest(value, centroids)]) + 1e-12);
          sum += (value - centroids[codes[i]]) ** 2;
        });
        assert.ok(Math.abs(sum - wcss) <= 1e-9 * (1 + sum));
        centroids.forEach((centroid, i) => {
          const members = values.filter((_, j) => codes[j] === i);
          const mean = members.reduce((total, value) => total + value, 0) / members.length;
          assert.ok(Math.abs(mean - centroid) < 1e-5, `cluster ${i}: mean ${mean} of ${members.length}, centroid ${centroid}`);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("ends where the textbook's O(nk) algorithm ends", () => {
    fc.assert(
      fc.property(anyValues, fc.integer({ min: 1, max: 8 }), anyStart, (values, clusters, start) => {
        fc.pre(new Set(values).size > clusters);
        const begin = kmeans(values, clusters, { start, key: seed, iterations: 0 });
        const { centroids } = kmeans(values, clusters, { start, key: seed });
        const expected = lloyd(values, startOf(values, clusters, start, begin.centroids));
        fc.pre(expected.every((_, i) => values.some((value) => nearest(value, expected) === i))); // the textbook leaves empty clusters where they are
        expected.forEach((centroid, i) => assert.ok(Math.abs(centroid - centroids[i]) < 1e-5, `${expected.join()} against ${centroids.join()}`));
      }),
      { numRuns: 300 },
    );
  });

  it('never makes the sum of squares larger', () => {
    const values = normal(seed, 3000);
    for (const start of ['linear', 'density', 'random'] as const) {
      let before = Infinity;
      for (let iterations = 0; iterations < 40; iterations++) {
        const { wcss } = kmeans(values, 16, { start, key: seed, iterations });
        assert.ok(wcss <= before * (1 + 1e-9), `${start}: ${wcss} after ${before}`);
        before = wcss;
      }
    }
  });

  it('moves clusters without values to the values farthest from their centroids', () => {
    // Linear start at 0, 4, 8, 12, 16: nothing is nearest to 4 and 12. 7 and 9 are the farthest, 1 from 8.
    const { centroids, codes, wcss } = kmeans(Float32Array.of(0, 0.5, 1, 7, 8, 9, 15.5, 16), 5, { start: 'linear' });
    assert.deepEqual([...centroids], [0.5, 7, 8, 9, 15.75]);
    assert.deepEqual([...codes], [0, 0, 0, 1, 2, 3, 4, 4]);
    assert.equal(wcss, 0.625);
  });

  it('takes the values themselves when there are few', () => {
    const { centroids, codes, wcss } = kmeans(Float32Array.of(3, -1, 3, 3, -1), 4, { start: 'random', key: seed });
    assert.deepEqual([[...centroids], [...codes], wcss], [[-1, 3], [1, 0, 1, 1, 0], 0]);
    assert.equal(kmeans(new Float32Array(0), 4, { start: 'linear' }).centroids.length, 0);
  });

  it('does the first layer of LeNet-300-100 at 64 clusters', () => {
    const values = normal(seed, 784 * 300, { standardDeviation: 0.05 });
    const { centroids, codes, wcss } = kmeans(values, 64, { start: 'linear' });
    assert.ok(new Set(codes).size > 56, 'a linear start may leave a few clusters in the tails empty, not many');
    assert.ok(centroids.every((centroid, i) => i === 0 || centroid > centroids[i - 1]));
    // High-resolution theory (Panter & Dite 1951): n sigma^2 (pi sqrt(3) / 2) / k^2 is the least; Lloyd from a linear start comes near.
    const least = (values.length * 0.05 ** 2 * Math.PI * Math.sqrt(3)) / 2 / 64 ** 2;
    assert.ok(wcss > 0.9 * least && wcss < 1.25 * least, `${wcss / least} of the least`);
  });

  it('refuses what it cannot cluster', () => {
    assert.throws(() => kmeans(Float32Array.of(1, NaN), 1, { start: 'linear' }), /must be finite/);
    assert.throws(() => kmeans(Float32Array.of(1, -Infinity), 1, { start: 'linear' }), /must be finite/);
    assert.throws(() => kmeans(Float32Array.of(1, 2), 0, { start: 'linear' }), /from 1 to 65536, got 0/);
    assert.throws(() => kmeans(Float32Array.of(1, 2, 3), 2, { start: 'random' }), /must have a key/);
  });
});

/** The start in float64, where float32 would round it. */
function startOf(values: Float32Array, clusters: number, start: Start, stored: Float32Array): number[] {
  if (start !== 'linear' || clusters === 1) return [...stored];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return Array.from({ length: clusters }, (_, i) => least + ((most - least) * i) / (clusters - 1));
}
