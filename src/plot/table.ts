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

/** danfojs makes a property of each column, over those that a frame has: these would be missed. */
const OWN = ['columns', 'index', 'values', 'shape', 'describe', 'head', 'print', 'constructor'];

/**
 * A danfojs DataFrame of the rows, whose columns are the names in the first; shown as a table when it is a cell's last value.
 *
 * @throws TypeError for rows that are no objects, and for a column with a name that a frame itself has, such as `values`
 */
export function frame(rows: readonly object[]): Frame {
  if (!Array.isArray(rows) || !rows.every((row) => typeof row === 'object' && row !== null)) throw new TypeError(`frame: the rows must be a list of objects, such as [{ seed: 1, error: 0.02 }], got ${described(rows)}`);
  const taken = Object.keys((rows[0] as object | undefined) ?? {}).find((name) => OWN.includes(name) || name.startsWith('$'));
  if (taken) throw new TypeError(`frame: a column must not be named ${taken}, as something of the frame itself is; name it ${taken.replace('$', '')}_`);
  return new (danfo().DataFrame)(rows);
}
