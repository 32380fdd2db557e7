import { checkOptions, progress, sizeOf } from '../../system';
import { csvFields } from '../csv';
import type { Split } from '../dataset';
import { readBytes } from './files';
import { checkShape, imageSplit } from './imageSplit';

/** How `csvImages` reads a file. */
export interface CsvImagesOptions {
  /** Of one image, `[28, 28]`, or `[features]`: every other column is one of its numbers, row by row. */
  shape: readonly number[];
  /** The column of the class: its name in the head, or its place from 0 on; left out, the column `label`, or the first of a file without a head. */
  label?: string | number;
  /** The classes' names, where the column has numbers. */
  classes?: readonly string[];
  /** Whether the numbers are pixels, whole ones from 0 to 255, which a net gets divided by 255; left out, they are where the shape is that of a picture, of two lengths or three. Other numbers it gets as they are. */
  pixels?: boolean;
}

/** What stands for a missing number: no column's name. */
const MISSING = /^(|nan|n\/?a|null|none|\?|-?inf)$/i;

const isNumber = (text: string): boolean => text !== '' && Number.isFinite(Number(text));

/**
 * Images, or rows of features, as rows of a CSV file, one number a column, with or without a line of names at the head: `csvImages('train.csv', { shape: [28, 28] })`, `csvImages('iris.csv', { shape: [4], label: 'species' })`. Columns are parted by commas, semicolons or tabs; numbers have a point. A head
 * of nothing but numbers cannot be told from a row: give the columns names.
 *
 * @throws Error that names the file, the line and the column
 */
export function csvImages(file: string, options: CsvImagesOptions): Split {
  checkOptions('csvImages', options, ['shape', 'label', 'classes', 'pixels']);
  const { shape, label, classes } = options;
  checkShape('csvImages', shape);
  const { pixels = shape.length > 1 } = options;
  const fail = (line: number, what: string): never => {
    throw new Error(`csvImages: ${file}, line ${line}: ${what}`);
  };
  const text = new TextDecoder().decode(readBytes('csvImages', file)).replace(/^\uFEFF/, '');
  const lines = text.split(/\r?\n/).map((line, i) => ({ line, number: i + 1 })).filter(({ line }) => line.trim() !== '');
  if (!lines.length) fail(1, 'there must be a row for each image, got an empty file');
  const separator = [',', ';', '\t'].find((mark) => lines[0].line.includes(mark)) ?? ',';
  const fields = (line: string) => csvFields(line, separator).map((field) => field.trim());

  const first = fields(lines[0].line);
  const named = first.findIndex((name) => name.toLowerCase() === (typeof label === 'string' ? label : 'label').toLowerCase());
  const names = first.filter((name, i) => !isNumber(name) && i !== (typeof label === 'number' ? label : 0));
  const lone = !isNumber(first[typeof label === 'number' ? label : 0] ?? '') && lines.slice(1, 100).every(({ line }) => isNumber(fields(line)[typeof label === 'number' ? label : 0] ?? ''));
  const isHead = named >= 0 || typeof label === 'string' || (!first.some((name) => MISSING.test(name)) && (names.length > 0 || (lone && lines.length > 1)));
  const place = typeof label === 'number' ? label : isHead ? named : 0;
  if (!(Number.isInteger(place) && place >= 0 && place < first.length)) {
    const shown = `${first.slice(0, 8).join(', ')}${first.length > 8 ? ', …' : ''}`;
    fail(1, `the class must have a column, ${label === undefined ? 'label, or the one that you name: { label: name or place from 0 on }' : `got no ${label}`}; there are ${shown}`);
  }

  const rows = isHead ? lines.slice(1) : lines;
  const size = sizeOf(shape);
  const values = pixels ? new Uint8Array(rows.length * size) : new Float32Array(rows.length * size);
  const bar = progress(`reading ${file}`, rows.length);
  const labels = rows.map(({ line, number }, row) => {
    const cells = fields(line);
    if (cells.length !== size + 1) fail(number, `there must be ${size + 1} columns, a class and ${size} numbers of an image [${shape.join(', ')}], got ${cells.length}; other columns, such as a number of the row, must go`);
    let at = row * size;
    for (let column = 0; column < cells.length; column++) {
      if (column === place) continue;
      const value = Number(cells[column]);
      if (cells[column] === '' || !Number.isFinite(value)) fail(number, `column ${column + 1} must be a number, got '${cells[column]}'${label === undefined ? '; if it is the class, say so: { label: name or place from 0 on }' : ''}`);
      if (pixels && !(Number.isInteger(value) && value >= 0 && value <= 255)) fail(number, `column ${column + 1} must be a pixel, a whole number from 0 to 255, got ${value}; for numbers that the net gets as they are: { pixels: false }`);
      values[at++] = value;
    }
    if (MISSING.test(cells[place])) fail(number, `the class, column ${place + 1}, must be there, got '${cells[place]}'`);
    bar.update(row + 1);
    return cells[place];
  });
  bar.end(`${rows.length} rows`);
  const numeric = labels.every(isNumber);
  const odd = numeric || classes ? -1 : labels.findIndex((own) => isNumber(own) !== isNumber(labels[0]));
  if (odd >= 0) fail(rows[odd].number, `classes must all be numbers or all be names, got '${labels[odd]}' after '${labels[0]}'`);
  try {
    return imageSplit({ images: values, labels: numeric ? labels.map(Number) : labels, shape, classes });
  } catch (error) {
    throw new Error(`csvImages: ${file}: ${(error as Error).message}`, { cause: error });
  }
}
