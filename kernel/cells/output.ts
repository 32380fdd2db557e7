/** What a cell prints goes to its front end, at once, in order, whole characters only. */
import { StringDecoder } from 'node:string_decoder';
import type { FromCells } from '../messages';
import { nextTick } from './native';
import { currentCell } from './owner';

/** Characters of one message at most. */
const PIECE = 1e6;

type Callback = (error?: Error | null) => void;

/** Text in pieces that a message can hold, none of which ends within a character. */
export function* piecesOf(text: string, length = PIECE): Generator<string> {
  for (let start = 0, end; start < text.length; start = end) {
    end = Math.min(start + length, text.length);
    if (end < text.length && /[\ud800-\udbff]/.test(text[end - 1])) end++;
    yield text.slice(start, end);
  }
}

/** Sends what is written to stdout and stderr by `post`. */
export function redirectOutput(post: (message: FromCells) => void): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const decoder = new StringDecoder('utf8');
    const write = (chunk: unknown, encoding?: BufferEncoding | Callback, done?: Callback): boolean => {
      const callback = typeof encoding === 'function' ? encoding : done;
      if (typeof chunk !== 'string' && !ArrayBuffer.isView(chunk)) {
        throw Object.assign(new TypeError(`The "chunk" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received ${typeof chunk}`), { code: 'ERR_INVALID_ARG_TYPE' });
      }
      const bytes = typeof chunk !== 'string' ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : typeof encoding === 'string' && encoding !== 'utf8' ? Buffer.from(chunk, encoding) : chunk;
      const text = typeof bytes === 'string' ? bytes : decoder.write(bytes);
      const cell = currentCell();
      if (cell && !cell.silent) {
        for (const piece of piecesOf(text)) post({ op: 'stream', cell: cell.id, name, text: piece });
      }
      if (callback) nextTick(callback);
      return true;
    };
    /** The stream goes on: later cells print, too. */
    const end = (chunk?: unknown, encoding?: BufferEncoding | Callback, done?: Callback) => {
      const callback = [chunk, encoding, done].find((argument) => typeof argument === 'function') as Callback | undefined;
      if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') write(chunk, encoding);
      if (callback) nextTick(callback);
      return process[name];
    };
    for (const [method, value] of Object.entries({ write, end })) Object.defineProperty(process[name], method, { value, writable: true, configurable: true });
  }
}
