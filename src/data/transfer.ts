import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { writeAtomic } from '../system';

/** What a partial file is the beginning of: only the same version at the same address may continue it. */
interface Origin {
  address: string;
  /** The server's strong ETag or its Last-Modified; empty if it gave none. */
  version: string;
}

type Report = (done: number, total?: number) => void;

/** An answer that asking again will not change. */
class Refused extends Error {}

/** Tries in a row without a new byte before giving up. */
const TRIES = 4;

/**
 * Fetches `address` into the file `part`, going on where an earlier call was cut off (even if killed) as long as the server still has
 * the same version. A dropped connection is taken up again after `pause` ms, twice as long for each try that brought nothing; throws
 * after four such tries in a row, or at once if the server refuses.
 */
export async function transfer(address: string, part: string, report: Report, pause = 500): Promise<void> {
  let longest = 0;
  for (let failures = 0; ; ) {
    try {
      return await receive(address, part, report);
    } catch (error) {
      const size = sizeOf(part);
      failures = size > longest ? 0 : failures + 1;
      longest = Math.max(longest, size);
      if (error instanceof Refused || failures >= TRIES) throw error;
      await setTimeout(pause * 2 ** failures);
    }
  }
}

/** Moves on from a partial file: `part` itself and the note of where it came from. */
export function discard(part: string): void {
  rmSync(part, { force: true });
  rmSync(originOf(part), { force: true });
}

async function receive(address: string, part: string, report: Report): Promise<void> {
  const origin = readOrigin(part);
  const from = origin?.address === address && origin.version ? sizeOf(part) : 0;
  const range = from > 0 ? { range: `bytes=${from}-`, 'if-range': origin!.version } : undefined;
  const response = await fetch(address, { headers: { 'accept-encoding': 'identity', ...range } });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    if (response.status === 416) discard(part);
    const again = response.status >= 500 || [408, 416, 429].includes(response.status);
    throw new (again ? Error : Refused)(`HTTP ${response.status} ${response.statusText}`.trim());
  }
  const resumed = response.status === 206;
  if (resumed && !response.headers.get('content-range')?.startsWith(`bytes ${from}-`)) {
    await response.body.cancel();
    discard(part);
    throw new Error(`the server sent another range than asked for: ${response.headers.get('content-range')}`);
  }
  if (!resumed) {
    discard(part);
    writeAtomic(originOf(part), JSON.stringify({ address, version: versionOf(response.headers) } satisfies Origin));
  }
  let done = resumed ? from : 0;
  const length = response.headers.get('content-encoding') ? null : response.headers.get('content-length');
  const total = length === null ? undefined : done + Number(length);
  const file = await open(part, 'a');
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      await file.appendFile(chunk);
      done += chunk.length;
      report(done, total);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (total !== undefined && done !== total) throw new Error(`the connection ended after ${done} of ${total} bytes`);
}

/** What If-Range may name (RFC 9110, section 13.1.5); an encoded body cannot be continued, as fetch decodes it. */
function versionOf(headers: Headers): string {
  if (headers.get('content-encoding')) return '';
  const tag = headers.get('etag');
  return (tag?.startsWith('"') ? tag : headers.get('last-modified')) ?? '';
}

const originOf = (part: string) => `${part}.origin`;

function readOrigin(part: string): Origin | undefined {
  return existsSync(originOf(part)) ? (JSON.parse(readFileSync(originOf(part), 'utf8')) as Origin) : undefined;
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
