import { tableBundle, type MimeBundle, described } from '../system';
import { load } from './headless/dom';

/** What is promised here of danfojs' DataFrame; `import { DataFrame } from 'danfojs-node'` has all of it. */
export interface Frame {
  readonly columns: string[];
  readonly index: (string | number)[];
  readonly values: unknown[][];
  readonly shape: number[];
  describe(): Frame;
  head(rows?: number): Frame;
  print(): void;
}

interface Danfo {
  DataFrame: new (rows: readonly object[]) => Frame;
  NDframe: { prototype: object };
}

/** Loads danfojs (0.75 s) and lets its frames and series be shown as tables when they are a cell's last value. */
function danfo(): Danfo {
  const loaded = load('danfojs-node') as Danfo;
  Object.assign(loaded.NDframe.prototype, { [Symbol.for('Jupyter.display')]: bundle });
  return loaded;
}

function bundle(this: Frame): MimeBundle {
  const rows = this.shape.length > 1 && Array.isArray(this.values[0]) ? this.values : this.values.map((value) => [value]);
  const counted = this.index.every((label, i) => label === i);
  return counted ? tableBundle(this.columns, rows) : tableBundle(['', ...this.columns], rows.map((row, i) => [this.index[i], ...row]));
}

// A notebook may have loaded danfojs itself.
if (load.resolve('danfojs-node') in load.cache) danfo();

/** A danfojs DataFrame of the rows, whose columns are the names in the first; shown as a table when it is a cell's last value. */
export function frame(rows: readonly object[]): Frame {
  if (!Array.isArray(rows) || !rows.every((row) => typeof row === 'object' && row !== null)) throw new TypeError(`frame: the rows must be a list of objects, such as [{ seed: 1, error: 0.02 }], got ${described(rows)}`);
  return new (danfo().DataFrame)(rows);
}
