/** What a notebook's front end is sent: one representation for each MIME type, richest first. */
export type MimeBundle = Record<string, string | object>;

type Writer = (bundle: { data: MimeBundle; metadata: object; transient: { display_id?: string } }, update: boolean) => void;

/** The kernel's own channel to the front end, or undefined outside a notebook. */
function channel(): Writer | undefined {
  const kernel = require.cache[require.resolve('tslab/dist/jupyter')];
  return (kernel?.exports as { lastWriteDisplayData?: Writer } | undefined)?.lastWriteDisplayData ?? undefined;
}

/** True inside a notebook's kernel. */
export const inNotebook = (): boolean => channel() !== undefined;

/** Shows a bundle below the running cell; outside a notebook it prints the plain text. */
export function display(data: MimeBundle): void {
  const write = channel();
  if (write) write({ data, metadata: {}, transient: {} }, false);
  else if (typeof data['text/plain'] === 'string') console.log(data['text/plain']);
}

let displays = 0;

/** A display whose content can be replaced: the first call shows it, later ones update it in place. */
export function liveDisplay(): (data: MimeBundle) => void {
  const display_id = `squeezelab-${process.pid}-${++displays}`;
  let shown = false;
  return (data) => {
    channel()?.({ data, metadata: {}, transient: { display_id } }, shown);
    shown = true;
  };
}
