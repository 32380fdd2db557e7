import { createHash } from 'node:crypto';

/** The SHA-256 of all parts in turn, in hexadecimal. */
export function sha256(...parts: (string | NodeJS.ArrayBufferView)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
