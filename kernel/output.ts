/** What a cell prints goes to its front end, at once, in order, whole characters only. */
import { StringDecoder } from 'node:string_decoder';
import type { FromCells } from './messages';
import { currentCell } from './owner';

type Callback = (error?: Error | null) => void;

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
      if (text && cell && !cell.silent) post({ op: 'stream', cell: cell.id, name, text });
      if (callback) process.nextTick(callback);
      return true;
    };
    Object.defineProperty(process[name], 'write', { value: write, writable: true, configurable: true });
  }
}
