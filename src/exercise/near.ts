import { checkOptions, described, readable } from '../system';
import { WrongAnswer } from './wrong';

/** Numbers: a list or a typed array. */
type Numbers = ArrayLike<number>;

export interface NearOptions {
  /** By how much the answer may differ, at most. */
  within: number;
  /** What the answer is, as the message says it: `'fillers for each kept weight'`. */
  what: string;
  /** What to think of; for a number that is too large or too small, if that makes a difference. */
  hint?: string | { tooLarge?: string; tooSmall?: string };
}

/**
 * Checks a number, or each of a list, up to a difference: `|actual − expected| ≤ within`. What is wrong is said without the right answer.
 *
 * ```ts
 * import { exercise } from 'squeezelab';
 *
 * try {
 *   exercise.near(0.9, 0.5, { within: 0.01, what: 'the rate', hint: { tooLarge: 'do the zeros count?' } });
 * } catch (error) {
 *   console.log(String(error)); // => WrongAnswer: the rate is too large, got 0.9; do the zeros count?
 * }
 * ```
 *
 * @param actual a number, or `[n]`
 * @throws WrongAnswer
 */
export function near(actual: number, expected: number, options: NearOptions): void;
export function near(actual: Numbers, expected: Numbers, options: NearOptions): void;
export function near(actual: unknown, expected: number | Numbers, options: NearOptions): void {
  checkOptions('near', options, ['within', 'what', 'hint'], ['within', 'what']);
  const { what } = options;
  if (typeof expected === 'number') return one(actual, expected, what, options);
  if (!isNumbers(actual)) throw new WrongAnswer(`${what} must be a list of numbers, got ${described(actual)}`);
  if (actual.length !== expected.length) throw new WrongAnswer(`${what} has too ${actual.length > expected.length ? 'many' : 'few'} numbers, got ${actual.length}`);
  for (let i = 0; i < expected.length; i++) one(actual[i], expected[i], `${what}, number ${i + 1} of ${expected.length},`, options);
}

function one(actual: unknown, expected: number, what: string, { within, hint }: NearOptions): void {
  if (typeof actual !== 'number' || Number.isNaN(actual)) throw new WrongAnswer(`${what} must be a number, got ${described(actual)}`);
  if (actual === expected || Math.abs(actual - expected) <= within) return;
  const large = actual > expected;
  const thought = typeof hint === 'object' ? (large ? hint.tooLarge : hint.tooSmall) : hint;
  throw new WrongAnswer(`${what} is too ${large ? 'large' : 'small'}, got ${readable(actual)}${thought ? `; ${thought}` : ''}`);
}

const isNumbers = (value: unknown): value is Numbers => Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
