/**
 * Random keys: values from which every draw is made, so that a result depends on its seed alone.
 *
 * A key is two 32-bit words. `split` and `foldIn` make independent keys from one by the counter-based generator
 * Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 4.2),
 * as JAX does.
 */
import { described } from '../system/options';

/** Two words of 32 bits, made by `key`, `split` and `foldIn`. */
export type Key = readonly [number, number];

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

/** Threefry-2x32-20 of the counter `[x0, x1]` under `key`: two words of 32 bits. */
export function threefry([k0, k1]: Key, x0: number, x1: number): Key {
  const schedule = [k0, k1, k0 ^ k1 ^ 0x1bd11bda];
  let a = (x0 + k0) | 0;
  let b = (x1 + k1) | 0;
  for (let round = 0; round < 20; round++) {
    const rotation = ROTATIONS[round % 8];
    a = (a + b) | 0;
    b = ((b << rotation) | (b >>> (32 - rotation))) ^ a;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      a = (a + schedule[injection % 3]) | 0;
      b = (b + schedule[(injection + 1) % 3] + injection) | 0;
    }
  }
  return [a >>> 0, b >>> 0];
}

/**
 * The key of a seed, a whole number from 0 to 2^53 - 1.
 *
 * ```ts
 * import { foldIn, key, random } from 'squeezelab';
 *
 * const order = () => random.permutation(foldIn(key(1), 'order'), 5).join();
 * console.log(order() === order(), order().split(',').sort().join()); // => true 0,1,2,3,4
 * ```
 *
 * @throws RangeError when the seed is no such number
 */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`key: a seed is a whole number from 0 to 2^53 - 1, got ${described(seed)}`);
  return [Math.floor(seed / 2 ** 32), seed >>> 0];
}

/**
 * Refuses what is no key, a seed before all; `where` begins the message.
 *
 * @throws TypeError when `given` is not two whole numbers from 0 to 2^32 - 1
 */
export function checkKey(where: string, given: unknown): asserts given is Key {
  const isKey = Array.isArray(given) && given.length === 2 && given.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32);
  if (!isKey) throw new TypeError(`${where}: the key must be one that key(seed) makes, got ${described(given)}; write key(${typeof given === 'number' ? given : 1})`);
}

/** `count` independent keys made from one. */
export function split(parent: Key, count: number): Key[] {
  checkKey('split', parent);
  return Array.from({ length: count }, (_, i) => threefry(parent, 0, i));
}

/** The key for one named or numbered use of `parent`: `foldIn(key, 'dropout')`, `foldIn(key, epoch)`. */
export function foldIn(parent: Key, use: number | string): Key {
  checkKey('foldIn', parent);
  if (typeof use === 'number') return threefry(parent, 1, use);
  let derived = threefry(parent, 2, use.length);
  for (let i = 0; i < use.length; i++) derived = threefry(derived, 2, use.charCodeAt(i));
  return derived;
}
