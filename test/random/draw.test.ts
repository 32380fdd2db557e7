import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bernoulli, foldIn, fractions, integers, key, normal, permutation, uniform, words } from '../../src/random';
import { threefry } from '../../src/random/key';

const COUNT = 100_000;

/** xoshiro128++ as its authors' C code has it (https://prng.di.unimi.it/xoshiro128plusplus.c), in big integers. */
function* xoshiro(...seed: number[]): Generator<number> {
  const s = seed.map(BigInt);
  const low = (x: bigint) => BigInt.asUintN(32, x);
  const rotl = (x: bigint, k: bigint) => low(x << k) | (x >> (32n - k));
  for (;;) {
    yield Number(low(rotl(low(s[0] + s[3]), 7n) + s[0]));
    const t = low(s[1] << 9n);
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11n);
  }
}

const first = (source: Generator<number>, count: number) => Array.from({ length: count }, () => source.next().value as number);
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const moment = (values: ArrayLike<number>, order: number) => mean(Array.from(values, (value) => value ** order));

/** `actual` lies within five standard errors of `expected`. */
function assertNear(actual: number, expected: number, standardError: number): void {
  assert.ok(Math.abs(actual - expected) < 5 * standardError, `${actual} is not near ${expected}`);
}

describe('draws', () => {
  it('come from xoshiro128++ in a state that Threefry fills', () => {
    // rand_xoshiro 0.7, xoshiro128plusplus.rs, test `reference`: made with the authors' code from the state 1, 2, 3, 4.
    assert.deepEqual(first(xoshiro(1, 2, 3, 4), 6), [641, 1573767, 3222811527, 3517856514, 836907274, 4247214768]);
    for (const seed of [0, 1, 2 ** 40]) {
      const next = words(key(seed));
      assert.deepEqual(Array.from({ length: 500 }, next), first(xoshiro(...threefry(key(seed), 3, 0), ...threefry(key(seed), 3, 1)), 500));
    }
  });

  it('repeat for the same key and differ for another', () => {
    for (const draw of [uniform, normal, permutation]) {
      assert.deepEqual(draw(key(5), 50), draw(key(5), 50));
      assert.notDeepEqual(draw(key(5), 50), draw(foldIn(key(5), 0), 50));
    }
  });

  it('fractions stay in [0, 1)', () => {
    const next = fractions(key(1));
    for (let i = 0; i < COUNT; i++) {
      const value = next();
      assert.ok(value >= 0 && value < 1);
    }
  });

  it('uniform stays below its end as float32 too', () => {
    const { [334_514]: value } = uniform(key(46), 334_515); // 1 - 2^-32, which is 1 as float32
    assert.equal(value, 1 - 2 ** -24);
    assert.ok(uniform(key(46), 334_515, { min: -2, max: -1 })[334_514] < -1);
  });

  it('uniform has the mean and variance of its interval, and no correlation of neighbours', () => {
    const values = uniform(key(2), COUNT, { min: -2, max: 4 });
    assert.ok(values.every((value) => value >= -2 && value <= 4));
    assertNear(mean(values), 1, Math.sqrt(3 / COUNT));
    assertNear(moment(values, 2) - 1, 3, Math.sqrt(7.2 / COUNT) + 2 * Math.sqrt(3 / COUNT));
    assertNear(mean(values.subarray(1).map((value, i) => (value - 1) * (values[i] - 1))), 0, 3 / Math.sqrt(COUNT));
  });

  it('normal has the moments 0, 1, 0, 3 and 4.55% outside two deviations', () => {
    const values = normal(key(3), COUNT);
    const moments = [0, 1, 0, 3];
    const errors = [1, 2, 15, 96].map((variance) => Math.sqrt(variance / COUNT));
    moments.forEach((expected, i) => assertNear(moment(values, i + 1), expected, errors[i]));
    assertNear(mean(values.map((value) => +(Math.abs(value) > 2))), 0.0455003, Math.sqrt(0.0455 / COUNT));
    const moved = normal(key(3), 5, { mean: 10, standardDeviation: 2 });
    moved.forEach((value, i) => assert.ok(Math.abs(value - (10 + 2 * values[i])) < 1e-5));
  });

  it('integers take every value below the limit equally often', () => {
    const counts = new Array<number>(7).fill(0);
    for (const value of integers(key(4), COUNT, 7)) counts[value]++;
    for (const count of counts) assertNear(count / COUNT, 1 / 7, Math.sqrt(6 / 49 / COUNT));
  });

  it('permutation holds each number once, and every order is equally likely', () => {
    fc.assert(fc.property(fc.nat(), fc.nat(300), (seed, count) => assert.deepEqual([...permutation(key(seed), count)].sort((a, b) => a - b), [...Array(count).keys()])));
    const orders = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = permutation(foldIn(key(6), i), 4).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    assert.equal(orders.size, 24);
    for (const count of orders.values()) assertNear(count, 1000, Math.sqrt(1000));
  });

  it('bernoulli keeps its probability, also in the halves of a word, and is exact at 0 and 1', () => {
    const mask = bernoulli(key(7), COUNT, 0.3);
    assert.ok(mask.every((bit) => bit === 0 || bit === 1));
    for (const parity of [0, 1]) assertNear(mean(mask.filter((_, i) => i % 2 === parity)), 0.3, Math.sqrt(0.42 / COUNT));
    assertNear(mean(mask.subarray(1).map((bit, i) => bit & mask[i])), 0.09, Math.sqrt(0.09 / COUNT));
    assert.ok(bernoulli(key(7), 999, 0).every((bit) => bit === 0));
    assert.ok(bernoulli(key(7), 999, 1).every((bit) => bit === 1));
  });
});
