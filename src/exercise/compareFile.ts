import { checkOptions, htmlTable, readable, textTable, type MimeBundle } from '../system';

/** A compressed net as a file: its size, and the fraction of test images that it gets wrong. */
export interface MeasuredFile {
  bytes: number;
  error: number;
}

/** A file to compare with: the paper's, the notebook's, another student's. */
export interface KnownFile extends MeasuredFile {
  name: string;
}

/**
 * How one's own file compares with others: a table, shown when it is a cell's last value or by `display`.
 *
 * ```ts
 * import { exercise } from 'squeezelab';
 *
 * const table = exercise.compareFile({ bytes: 20_000, error: 0.017 }, [{ name: 'the paper', bytes: 27_000, error: 0.0158 }]);
 * console.log(table.text);
 * // => yours      20,000               1.70%
 * // => the paper  27,000  26% smaller  1.58%  0.12 points above
 * ```
 */
export function compareFile(own: MeasuredFile, others: readonly KnownFile[]) {
  for (const file of [own, ...others]) checkOptions('compareFile', file, ['name', 'bytes', 'error'], ['bytes', 'error']);
  const rows = others.map(({ name, bytes, error }) => [name, bytes, sizes(own.bytes, bytes), percent(error), errors(own.error, error)]);
  const columns = ['file', 'bytes', 'yours is', 'error', 'yours is'];
  const table = [['yours', own.bytes, '', percent(own.error), ''], ...rows];
  const text = textTable(columns, table);
  return { text, [Symbol.for('Jupyter.display')]: (): MimeBundle => ({ 'text/html': htmlTable(columns, table), 'text/plain': text }) };
}

const percent = (fraction: number) => `${(100 * fraction).toFixed(2)}%`;

function sizes(own: number, other: number): string {
  const change = own / other - 1;
  if (own === other) return 'as large';
  return change < 1 ? `${readable(Number((100 * Math.abs(change)).toPrecision(2)))}% ${change < 0 ? 'smaller' : 'larger'}` : `${readable(own / other)} times as large`;
}

function errors(own: number, other: number): string {
  const points = Math.abs(100 * (own - other)).toFixed(2);
  return points === '0.00' ? 'equal' : `${points} points ${own < other ? 'below' : 'above'}`;
}
