/** An answer that a check refuses. The kernel shows its message alone, and no stack. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

/** There is no answer yet. The kernel reports the test as *not attempted*; it fails nothing. */
export class NotAttempted extends Error {
  override readonly name = 'NotAttempted';
}

/**
 * Refuses an answer by a message of the check's own, which says what is wrong and not what is right.
 *
 * ```ts
 * import { exercise } from 'squeezelab';
 *
 * const bytes = 1200;
 * try {
 *   exercise.check(bytes <= 1000, `the file must have at most 1,000 bytes, got ${bytes}; are the codes Huffman-coded?`);
 * } catch (error) {
 *   console.log(String(error)); // => WrongAnswer: the file must have at most 1,000 bytes, got 1200; are the codes Huffman-coded?
 * }
 * ```
 *
 * @throws WrongAnswer where the condition does not hold
 */
export function check(holds: boolean, message: string): void {
  if (!holds) throw new WrongAnswer(message);
}
