import { resolve, sep } from 'node:path';

/** A function that cannot become a program. */
export class TraceError extends Error {
  override name = 'TraceError';
}

/** Frames that are kept of a call: from a kernel up through tfjs, its layers and its autograd to the code that called them. */
const FRAMES = 100;

/** Where the program is now; it costs little until it is read. */
export function here(): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  const at = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return at;
}

/** The project's own sources, and tfjs', which its source maps place beside them. */
const OURS = /[\\/]node_modules[\\/]|[\\/]tfjs-[a-z]+[\\/]src[\\/]|[\\/]kernel[\\/]\w+\.cjs|node:|\(native\)/;
const SOURCES = resolve(__dirname, '..') + sep;

/** The line that a user wrote, the innermost of those on the way to `at`: ` (at net.ts:12:8)`; nothing where there is none. */
export function lineOf({ stack = '' }: Error): string {
  const frame = stack.split('\n').slice(1).find((line) => /:\d+:\d+\)?$/.test(line) && !OURS.test(line) && !line.includes(SOURCES));
  return frame ? ` (at ${frame.replace(/^\s*at (?:.* \()?/, '').replace(/\)$/, '').replace(/^.*[\\/]/, '')})` : '';
}
