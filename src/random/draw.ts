/**
 * Draws from a key. The same key gives the same numbers on every machine; use a key for one draw only.
 *
 * Words come from xoshiro128++ (Blackman & Vigna, "Scrambled linear pseudorandom number generators", 2021), whose
 * state is filled from the key by Threefry: about 1 ns a word, against 30 ns for Threefry itself.
 */
import { checkKey, threefry, type Key } from './key';
import { checkOptions } from '../system';

/** An endless source of words of 32 bits, each from 0 to 2^32 - 1. */
export function words(key: Key): () => number {
  checkKey('draw', key);
  let [a, b] = threefry(key, 3, 0) as [number, number];
  let [c, d] = threefry(key, 3, 1) as [number, number];
  return () => {
    const sum = (a + d) | 0;
    const word = (((sum << 7) | (sum >>> 25)) + a) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return word;
  };
}

/** An endless source of numbers in [0, 1) with 32 random bits each. */
export function fractions(key: Key): () => number {
  const next = words(key);
  return () => next() / 2 ** 32;
}

/** `count` numbers, evenly distributed in [min, max). */
export function uniform(key: Key, count: number, options: { min?: number; max?: number } = {}): Float32Array {
  checkOptions('uniform', options, ['min', 'max']);
  const { min = 0, max = 1 } = options;
  const next = fractions(key);
  const values = new Float32Array(count);
  const below = max - Math.abs(max) * 2 ** (max < 0 ? -23 : -24); // a number nearer to max is max, as float32
  for (let i = 0; i < count; i++) values[i] = Math.min(min + (max - min) * next(), below);
  return values;
}

/** `count` numbers of the normal distribution, by Box and Muller's method. */
export function normal(key: Key, count: number, options: { mean?: number; standardDeviation?: number } = {}): Float32Array {
  checkOptions('normal', options, ['mean', 'standardDeviation']);
  const { mean = 0, standardDeviation = 1 } = options;
  const next = fractions(key);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = standardDeviation * Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    values[i] = mean + radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = mean + radius * Math.sin(angle);
  }
  return values;
}

/** `count` whole numbers, evenly distributed in [0, limit). */
export function integers(key: Key, count: number, limit: number): Int32Array {
  const next = fractions(key);
  return Int32Array.from({ length: count }, () => Math.floor(next() * limit));
}

/** The numbers 0 to count - 1 in random order (Fisher and Yates). */
export function permutation(key: Key, count: number): Int32Array {
  const next = fractions(key);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** `count` ones (with `probability`, to the nearest 1/65536) and zeros: a dropout mask, two draws from each word. */
export function bernoulli(key: Key, count: number, probability: number): Uint8Array {
  const next = words(key);
  const threshold = Math.round(probability * 65536);
  const mask = new Uint8Array(count);
  for (let i = 0; i < count; i += 2) {
    const word = next();
    mask[i] = +((word & 0xffff) < threshold);
    if (i + 1 < count) mask[i + 1] = +(word >>> 16 < threshold);
  }
  return mask;
}
