/** Under this name a bundle says how its types are to be shown, as Jupyter's metadata do: `{ 'image/png': { width: 700, height: 420 } }`. */
export const metadata: unique symbol = Symbol.for('Jupyter.metadata');

/** What a notebook's front end is sent: one representation for each MIME type, richest first. */
export type MimeBundle = Record<string, string | object> & { [metadata]?: object };

const contentOf = (data: MimeBundle) => ({ data, metadata: data[metadata] ?? {} });

type Broadcast = (type: 'display_data' | 'update_display_data' | 'clear_output', content: object) => void;

/** The channel to the front end that a kernel offers its cells, or undefined outside a notebook. */
const broadcast = () => Reflect.get(globalThis, Symbol.for('Jupyter.broadcast')) as Broadcast | undefined;

/** The cell that the running code belongs to, with a signal that is aborted when it ends; undefined outside a notebook. */
export const currentCell = () => Reflect.get(globalThis, Symbol.for('Jupyter.cell')) as { readonly signal: AbortSignal } | undefined;

/** True inside a notebook's kernel. */
export const inNotebook = (): boolean => broadcast() !== undefined;

/** Shows a bundle below the running cell; outside a notebook it prints the plain text. */
export function display(data: MimeBundle): void {
  const send = broadcast();
  if (send) send('display_data', { ...contentOf(data), transient: {} });
  else if (typeof data['text/plain'] === 'string') console.log(data['text/plain']);
}

let displays = 0;

/** A display whose content can be replaced: the first call shows it, later ones update it in place. */
export function liveDisplay(): (data: MimeBundle) => void {
  const display_id = `squeezelab-${process.pid}-${++displays}`;
  let shown = false;
  return (data) => {
    broadcast()?.(shown ? 'update_display_data' : 'display_data', { ...contentOf(data), transient: { display_id } });
    shown = true;
  };
}
