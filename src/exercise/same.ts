import { isDeepStrictEqual } from 'node:util';
import { described } from '../system';
import { WrongAnswer } from './wrong';

/**
 * Checks an answer that is right or wrong: a text, a whole number, a boolean, a list, a record. What is wrong is said without the right answer.
 *
 * ```ts
 * import { exercise } from 'squeezelab';
 *
 * try {
 *   exercise.same([3, 1, 2], [3, 1, 0], 'the gaps');
 * } catch (error) {
 *   console.log(String(error)); // => WrongAnswer: the gaps: entry 3 of 3 is wrong, got 2
 * }
 * ```
 *
 * @param what what the answer is, as the message says it
 * @throws WrongAnswer
 */
export function same<T>(actual: T, expected: T, what: string): void {
  const wrong = difference(actual, expected);
  if (wrong) throw new WrongAnswer(`${what}${wrong.startsWith('is ') || wrong.startsWith('has ') || wrong.startsWith('must ') ? '' : ':'} ${wrong}`);
}

type List = ArrayLike<unknown>;
const isList = (value: unknown): value is List => Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !isList(value) && !(value instanceof Map) && !(value instanceof Set);

/** What is wrong, in words; undefined for what is right. A typed array may stand for a list. */
function difference(actual: unknown, expected: unknown): string | undefined {
  if (isList(expected)) return isList(actual) ? differenceOfLists(actual, expected) : `must be a list, got ${described(actual)}`;
  if (isDeepStrictEqual(actual, expected)) return undefined;
  if (typeof expected === 'string' && typeof actual === 'string') {
    const first = [...actual].findIndex((character, i) => character !== [...expected][i]);
    return first < 0 ? `is too short, got ${described(actual)}` : `is wrong from character ${first + 1} on, got ${described(actual)}`;
  }
  if (isRecord(expected) && isRecord(actual)) {
    const name = [...Object.keys(expected), ...Object.keys(actual)].find((name) => difference(actual[name], expected[name]));
    return name === undefined ? `is wrong, got ${described(actual)}` : `${name} ${difference(actual[name], expected[name])}`;
  }
  if (typeof actual !== typeof expected) return `must be ${kindOf(expected)}, got ${described(actual)}`;
  return `is wrong, got ${described(actual)}`;
}

function differenceOfLists(actual: List, expected: List): string | undefined {
  for (let i = 0; i < Math.min(actual.length, expected.length); i++) {
    const wrong = difference(actual[i], expected[i]);
    if (wrong) return `entry ${i + 1} of ${actual.length} ${wrong}`;
  }
  if (actual.length === expected.length) return undefined;
  return actual.length > expected.length ? `has too many entries, got ${actual.length}` : `has too few entries, got ${actual.length}; they are right as far as they go`;
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return 'true or false';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
