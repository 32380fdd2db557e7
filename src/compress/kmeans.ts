/** k-means of one-dimensional values: the weight sharing of Han et al. 2016, section 3. */
import { permutation, type Key } from '../random';
import { checkOptions } from '../system';

/**
 * Where the centroids start (Han et al. 2016, section 3.2): `linear`, at equal distances from the smallest to the largest value;
 * `density`, at the values that equal steps of the distribution function reach, the quantiles (i + 1/2) / k; `random` (Forgy), at
 * k distinct values drawn from the observations.
 */
export type Start = 'linear' | 'density' | 'random';

/** What `kmeans` finds: centroids, and which of them each value is nearest to. */
export interface Clusters {
  /** Ascending, `[clusters]` */
  centroids: Float32Array;
  /** Index of each value's nearest centroid, the lower one of two equally near, `[values]` */
  codes: Uint16Array;
  /** How often the centroids moved. */
  iterations: number;
  /** Sum of (value - centroid)^2 over all values. */
  wcss: number;
}

/**
 * Shares values among at most `clusters` centroids, with a least sum of squares
 * `sum_i (w_i - centroid[code_i])^2` that no single step of Lloyd's algorithm can lower further.
 *
 * The values are sorted once: a cluster is then a range, whose mean comes from prefix sums in float64, so an iteration takes
 * O(k log n). It stops when no value changes its cluster, or after `iterations`. Clusters that are empty by then move to the values that lie farthest from their centroids (the paper does not say what becomes of them; a linear start leaves many), and it goes on. Values of at
 * most `clusters` different sizes become their own centroids, fewer than asked for.
 *
 * @param values finite, `[values]`
 * @param clusters 1 to 65,536
 * @param key the draw of a `random` start
 * @param iterations at most; 100,000 if left out
 * @returns centroids `[clusters]`, codes `[values]`
 * @throws RangeError when a value is not finite, the clusters are out of range, or a random start has no key
 */
export function kmeans(values: Float32Array, clusters: number, options: { start: Start; key?: Key; iterations?: number }): Clusters {
  checkOptions('kmeans', options, ['start', 'key', 'iterations']);
  const { start, key, iterations: limit = 100_000 } = options;
  if (!Number.isInteger(clusters) || clusters < 1 || clusters > 65536) throw new RangeError(`kmeans: clusters must be a whole number from 1 to 65536, got ${clusters}`);
  const sorted = values.slice().sort();
  const count = sorted.length;
  if (count > 0 && !Number.isFinite(sorted[0] + sorted[count - 1])) throw new RangeError('kmeans: values must be finite, got NaN or an infinity; was the training stable?');
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  if (distinct.length <= clusters) return assigned(values, distinct, 0);

  const sums = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) sums[i + 1] = sums[i] + sorted[i];
  let centroids = startCentroids(sorted, clusters, start, key);
  let stored = false; // whether ranges are those of the centroids as they are stored, in float32
  const ranges = () => boundaries(sorted, stored ? Float32Array.from(centroids) : centroids);
  let ends = ranges();
  let iterations = 0;
  for (let moved = true; moved && iterations < limit; iterations++) {
    centroids = centroids.map((centroid, i) => {
      const begin = i > 0 ? ends[i - 1] : 0;
      return ends[i] > begin ? (sums[ends[i]] - sums[begin]) / (ends[i] - begin) : centroid;
    });
    let next = ranges();
    moved = next.some((end, i) => end !== ends[i]);
    if (!moved && (moved = relocateEmpty(sorted, centroids, next))) next = ranges();
    if (!moved && !stored) {
      stored = true; // a value in the middle of two centroids may be another one's once they are rounded
      next = ranges();
      moved = next.some((end, i) => end !== ends[i]);
    }
    ends = next;
  }
  return assigned(values, Float32Array.from(centroids), iterations);
}

function startCentroids(sorted: Float32Array, clusters: number, start: Start, key?: Key): Float64Array {
  const count = sorted.length;
  const spread = (position: (i: number) => number) => Float64Array.from({ length: clusters }, (_, i) => position(i));
  if (start === 'density') return spread((i) => sorted[Math.floor(((i + 0.5) / clusters) * count)]);
  if (start === 'linear') {
    const [least, most] = [sorted[0], sorted[count - 1]];
    return spread((i) => least + ((most - least) * (clusters > 1 ? i : 0.5)) / Math.max(clusters - 1, 1));
  }
  if (!key) throw new RangeError("kmeans: a random start must have a key; pass { start: 'random', key }");
  const drawn = new Set<number>();
  for (const i of permutation(key, count)) if (drawn.size < clusters) drawn.add(sorted[i]);
  return Float64Array.from(drawn).sort();
}

/** For each centroid the end of its range of the sorted values: those no nearer to the next centroid. */
function boundaries(sorted: Float32Array, centroids: Float64Array | Float32Array): Uint32Array {
  const ends = new Uint32Array(centroids.length).fill(sorted.length);
  for (let i = 0; i + 1 < centroids.length; i++) {
    const middle = (centroids[i] + centroids[i + 1]) / 2;
    let low = i > 0 ? ends[i - 1] : 0;
    let high = sorted.length;
    while (low < high) {
      const probe = (low + high) >>> 1;
      if (sorted[probe] <= middle) low = probe + 1;
      else high = probe;
    }
    ends[i] = low;
  }
  return ends;
}

/** Moves centroids without values to the first or last values of other ranges, the farthest ones from their centroids first. In place; says whether there was one to move. */
function relocateEmpty(sorted: Float32Array, centroids: Float64Array, ends: Uint32Array): boolean {
  const begins = Uint32Array.from(ends, (_, i) => (i > 0 ? ends[i - 1] : 0));
  const all = [...centroids.keys()];
  const empty = all.filter((i) => begins[i] === ends[i]);
  if (empty.length === 0) return false;
  const far = all
    .flatMap((i) => (begins[i] < ends[i] && sorted[begins[i]] < sorted[ends[i] - 1] ? [begins[i], ends[i] - 1].map((at) => ({ value: sorted[at], distance: Math.abs(sorted[at] - centroids[i]) })) : []))
    .sort((a, b) => b.distance - a.distance);
  empty.slice(0, far.length).forEach((i, at) => (centroids[i] = far[at].value));
  centroids.sort();
  return far.length > 0;
}

/** Codes and sum of squares for the centroids as they are stored, in float32. */
function assigned(values: Float32Array, centroids: Float32Array, iterations: number): Clusters {
  const middles = Float64Array.from({ length: Math.max(centroids.length - 1, 0) }, (_, i) => (centroids[i] + centroids[i + 1]) / 2);
  let wcss = 0;
  const codes = Uint16Array.from(values, (value) => {
    let low = 0;
    let high = middles.length;
    while (low < high) {
      const probe = (low + high) >>> 1;
      if (value <= middles[probe]) high = probe;
      else low = probe + 1;
    }
    wcss += (value - centroids[low]) ** 2;
    return low;
  });
  return { centroids, codes, iterations, wcss };
}
