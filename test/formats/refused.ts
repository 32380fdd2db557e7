import assert from 'node:assert/strict';
import { FormatError } from '../../src/codec';

/** Asserts that a reader refuses bytes with the named error, at a byte of theirs. */
export const assertRefused = (read: () => unknown, message: RegExp, offset?: number): void =>
  assert.throws(read, (error) => {
    assert.ok(error instanceof FormatError, `must be a FormatError, got ${(error as Error).stack}`);
    assert.match(error.message, message);
    assert.ok(error.message.endsWith(`(at byte ${error.offset})`));
    if (offset !== undefined) assert.equal(error.offset, offset, error.message);
    return true;
  });

/** Asserts that a reader refuses each beginning of a whole file. */
export function assertRefusesBeginnings(file: Uint8Array, read: (bytes: Uint8Array) => unknown): void {
  for (let length = 0; length < file.length; length++)
    assert.throws(() => read(file.subarray(0, length)), (error) => error instanceof FormatError && error.offset >= 0 && error.offset <= length, `the first ${length} bytes`);
}

/** Runs a reader on bytes that may be anything: what it read, or undefined if it refused them with the named error. */
export function readOrRefused<T>(bytes: Uint8Array, read: (bytes: Uint8Array) => T): T | undefined {
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof FormatError && error.offset >= 0 && error.offset <= bytes.length) return undefined;
    throw new Error(`must be read or refused: ${Buffer.from(bytes).toString('hex')}`, { cause: error });
  }
}
