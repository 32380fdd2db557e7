import { NotAttempted } from './wrong';

/** What is left of a type when there is an answer. */
type Answer<T> = Exclude<T, undefined>;

/**
 * The answer, or the news that there is none: an attempt as it was given out returns or holds `undefined`, or a list or record with an `undefined` in it. Of a promise, a promise of it: `await attempted(answer())`.
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
  if (answer === undefined || (isPlain(answer) && Object.values(answer).includes(undefined))) throw new NotAttempted('not attempted');
  return answer;
}

/** A list or a record; what has a class of its own, a model or a typed array, is an answer. */
const isPlain = (value: unknown): value is object => Array.isArray(value) || (typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null));
