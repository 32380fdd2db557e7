/** The way from the cells to the front end, once the kernel runs. */
import type { FromCells } from '../messages';
import { currentCell } from './owner';

export type Published = 'display_data' | 'update_display_data' | 'clear_output' | 'execute_result' | 'error';

let post: (message: FromCells) => void = () => {};

export function publishBy(send: (message: FromCells) => void): void {
  post = send;
  // For libraries, as in Deno: they show their figures by it.
  Object.defineProperty(globalThis, Symbol.for('Jupyter.broadcast'), { value: publish, configurable: true });
  // And by this they know which cell they are called in, and when it has ended.
  Object.defineProperty(globalThis, Symbol.for('Jupyter.cell'), { get: currentCell, configurable: true });
}

/** Sends a message to the front end of `cell`; without one, of the cell whose code runs. */
export function publish(type: Published, content: object, cell = currentCell()): void {
  if (!cell || cell.silent) return;
  try {
    post({ op: 'publish', cell: cell.id, type, content: JSON.parse(JSON.stringify(content)) as object });
  } catch (error) {
    throw new TypeError(`${type}: its content must be JSON, but ${String((error as Error).message)}`, { cause: error });
  }
}
