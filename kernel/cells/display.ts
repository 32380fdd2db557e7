/** `display` and `clear`, as cells have them; `import { display, test } from 'tslab'` gives the same, whatever a cell has put in their place. */
import { contentOf, mimeBundle, type MimeBundle } from '../values';
import { currentCell } from './owner';
import { publish } from './publish';

export { test } from './cellTests';

/** What `display` returns: the same place in the output, to show something else there. As a last value it shows nothing more. */
export class Display {
  constructor(private readonly send: (type: 'display_data' | 'update_display_data', value: unknown) => void) {}

  /** Shows another value in place of the last one. */
  update(value: unknown): void {
    this.send('update_display_data', value);
  }
}

let count = 0;
/** Values that describe themselves later, and what was displayed after them. */
let queue = { length: 0, done: Promise.resolve() };

/** Resolves when everything that was displayed so far has been sent. */
export const displayed = (): Promise<void> => queue.done;

/** Lets the displays of a cell that has ended come when they come. */
export const forgetDisplays = (): void => void (queue = { length: 0, done: Promise.resolve() });

const typed = (type: string) => (content: string | Uint8Array) =>
  publish('display_data', { data: { [type]: typeof content === 'string' ? content : Buffer.from(content).toString('base64') }, metadata: {}, transient: {} });

function show(value: unknown): Display {
  const display_id = `display-${process.pid}-${++count}`;
  const send = (type: 'display_data' | 'update_display_data', shown: unknown) => {
    const bundle = mimeBundle(shown);
    const cell = currentCell();
    const done = (data: MimeBundle) => publish(type, { ...contentOf(data), transient: { display_id } }, cell);
    const own = queue;
    if (own.length === 0 && !(bundle instanceof Promise)) return done(bundle);
    own.length++;
    own.done = own.done.then(async () => {
      try {
        done(await bundle);
      } catch (error) {
        process.stderr.write(`display: ${String(error)}\n`);
      }
      own.length--;
    });
  };
  send('display_data', value);
  return new Display(send);
}

/**
 * Shows a value below the cell, as its last value is shown: `const bar = display('0%'); bar.update('50%')`. `display.html(text)`,
 * `display.markdown(text)`, `display.png(bytes)`, … show text or bytes as what they are, `display.raw(type, content)` as any MIME type.
 */
export const display = Object.assign(show, {
  html: typed('text/html'),
  markdown: typed('text/markdown'),
  svg: typed('image/svg+xml'),
  png: typed('image/png'),
  jpeg: typed('image/jpeg'),
  gif: typed('image/gif'),
  pdf: typed('application/pdf'),
  latex: typed('text/latex'),
  text: typed('text/plain'),
  javascript: typed('application/javascript'),
  raw: (type: string, content: string | Uint8Array | object) =>
    typeof content === 'object' && !(content instanceof Uint8Array)
      ? publish('display_data', { data: { [type]: content }, metadata: {}, transient: {} } satisfies { data: MimeBundle; metadata: object; transient: object })
      : typed(type)(content),
});

/** Removes what the cell has shown; with `wait`, as soon as something else is shown. */
export function clear(wait = false): void {
  publish('clear_output', { wait });
}
