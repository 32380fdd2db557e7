/** Numbers as people read them. */

/** Whole numbers in full, others to five significant digits. */
export function shortNumber(x: number | bigint): string {
  if (typeof x === 'bigint') return `${x}n`;
  if (Object.is(x, -0)) return '-0';
  return String(Number.isInteger(x) && Math.abs(x) < 1e15 ? x : Number(x.toPrecision(5)));
}

type Nest = string | Nest[];

const gap = '...';
const longestRow = 12;

/**
 * The values of an array in nested brackets, in columns from two axes on, the middle of long axes left out.
 *
 * @param shape `[...shape]`
 * @param at the text of the value at an index into the array's values in rows
 */
export function nested(shape: readonly number[], at: (index: number) => string): string {
  const rank = shape.length;
  if (rank > 8) return gap;
  if (shape.includes(0)) return '[]';
  const ends = [3, 2, 1].find((ends) => (2 * ends) ** rank <= 300) ?? 1;
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, length) => size * length, 1));
  let width = 0;

  const collect = (axis: number, start: number): Nest => {
    if (axis === rank) {
      const text = at(start);
      if (rank > 1) width = Math.max(width, text.length);
      return text;
    }
    const length = shape[axis];
    const items = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, k) => collect(axis + 1, start + (from + k) * steps[axis]));
    const whole = axis === rank - 1 ? longestRow : 2 * ends;
    return length <= whole ? items(0, length) : [...items(0, ends), gap, ...items(length - ends, length)];
  };

  const write = (nest: Nest, axis: number): string => {
    if (typeof nest === 'string') return nest === gap ? gap : nest.padStart(width);
    const between = axis === rank - 1 ? ', ' : `,${'\n'.repeat(rank - 1 - axis)}${' '.repeat(axis + 1)}`;
    return `[${nest.map((item) => write(item, axis + 1)).join(between)}]`;
  };
  return write(collect(0, 0), 0);
}

/** All of a short row of numbers, else its ends with the least, the greatest, and the mean, NaN left out and counted. */
export function summarized(values: ArrayLike<number | bigint>): string {
  const row = nested([values.length], (index) => shortNumber(values[index]));
  if (values.length <= longestRow) return row;
  let least: number | bigint = Infinity;
  let greatest: number | bigint = -Infinity;
  let sum = 0;
  let numbers = 0;
  for (let index = 0; index < values.length; index++) {
    const x = values[index];
    if (Number.isNaN(x)) continue;
    if (x < least) least = x;
    if (x > greatest) greatest = x;
    sum += Number(x);
    numbers++;
  }
  const range = numbers > 0 ? [`min ${shortNumber(least)}`, `max ${shortNumber(greatest)}`, `mean ${shortNumber(sum / numbers)}`] : [];
  const missing = values.length - numbers;
  return `${row}\n${[...range, ...(missing > 0 ? [`${missing} NaN`] : [])].join(', ')}`;
}
