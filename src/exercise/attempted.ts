import { NotAttempted } from './wrong';

/** What is left of a type when there is an answer. */
type Answer<T> = Exclude<T, undefined>;

/**
 * The answer, or the news that there is none: an attempt as it was given out returns or holds `undefined`, a list of nothing else, or a record with an `undefined` in it. Of a promise, a promise of it: `await attempted(answer())`.
 *
 * ```ts
 * import { exercise } from 'squeezelab';
 *
 * let answer: number | undefined;
 * try {
 *   exercise.attempted(answer);
 * } catch (error) {
 *   console.log(String(error)); // => NotAttempted: not attempted
 * }
 * console.log(exercise.attempted(0)); // => 0
 * ```
 *
 * @throws NotAttempted
 */
export function attempted<T>(answer: Promise<T>): Promise<Answer<T>>;
export function attempted<T>(answer: T): Answer<T>;
export function attempted(answer: unknown): unknown {
  if (answer instanceof Promise) return answer.then(attempted);
  if (answer === undefined || isEmpty(answer)) throw new NotAttempted('not attempted');
  return answer;
}

/** A list of nothing but `undefined`, or a record with one: in a list that is partly filled it is a wrong answer. */
const isEmpty = (answer: unknown): boolean => (Array.isArray(answer) ? answer.length > 0 && answer.every((entry) => entry === undefined) : isRecord(answer) && Object.values(answer).includes(undefined));

/** What has a class of its own, a model or a typed array, is an answer. */
const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null);
