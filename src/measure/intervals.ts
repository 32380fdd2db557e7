/** How sure a count of right answers is, and whether two nets that saw the same images differ. */

/** The quantile of the normal distribution that 2.5% lie above. */
const Z = 1.959963984540054;

export interface Interval {
  low: number;
  high: number;
}

/**
 * The interval in which a net's true accuracy lies with a confidence of 95%, given how many of `count` images drawn at random it gets right (Wilson 1927): with p = right / count and z = 1.96,
 * (p + z² / 2n ± z √(p (1 − p) / n + z² / 4n²)) / (1 + z² / n). Unlike p ± z √(p (1 − p) / n) it is right near 0 and 1, too.
 *
 * @returns fractions, from 0 to 1
 * @throws RangeError when `right` is no whole number from 0 to `count`, or `count` none from 1
 */
export function wilson(right: number, count: number): Interval {
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(right) || right < 0 || right > count) throw new RangeError(`wilson: there must be from 0 to count right ones of a count from 1, whole numbers, got ${right} of ${count}`);
  const [p, z2] = [right / count, Z ** 2];
  const middle = p + z2 / (2 * count);
  const reach = Z * Math.sqrt((p * (1 - p)) / count + z2 / (4 * count ** 2));
  const whole = 1 + z2 / count;
  return { low: right === 0 ? 0 : (middle - reach) / whole, high: right === count ? 1 : (middle + reach) / whole };
}

/** How two nets answer to the same images. */
export interface Paired {
  /** Images that the first alone gets right. */
  first: number;
  /** Images that the second alone gets right. */
  second: number;
  /** How likely a difference as large or larger is, if an image on which they differ goes to either of them by chance. */
  p: number;
}

/**
 * McNemar's exact test (McNemar 1947) of two nets on the same images: of those on which one alone is right, b go to the first and c to the second. If neither net is better, each of the b + c goes to either of them by the toss of a coin, and
 * p = 2 Σ<sub>k ≤ min(b, c)</sub> (b + c over k) / 2<sup>b + c</sup>, at most 1. Images that both get right, or neither, say nothing of which one is better: so the test sees differences that two intervals hide.
 *
 * @param first whether the first net is right, for each image
 * @param second likewise
 * @throws RangeError when they are not of as many images
 */
export function mcnemar(first: readonly boolean[], second: readonly boolean[]): Paired {
  if (first.length !== second.length) throw new RangeError(`mcnemar: both nets must have seen the same images, got ${first.length} and ${second.length}`);
  const alone = (some: readonly boolean[], others: readonly boolean[]) => some.filter((right, i) => right && !others[i]).length;
  const [b, c] = [alone(first, second), alone(second, first)];
  let [logTerm, sum] = [-(b + c) * Math.LN2, 0];
  for (let k = 0; k <= Math.min(b, c); k++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((b + c - k) / (k + 1));
  }
  return { first: b, second: c, p: Math.min(1, 2 * sum) };
}
