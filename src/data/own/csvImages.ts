import { readFileSync } from 'node:fs';
import { checkOptions, sizeOf } from '../../system';
import type { Split } from '../dataset';
import { imageSplit } from './imageSplit';

/** What the columns of a CSV file are, for `csvImages`. */
export interface CsvImagesOptions {
  /** Of one image, `[28, 28]`, or `[features]`: every other column is one of its numbers, row by row. */
  shape: readonly number[];
  /** The column of the class: its name in the head, or its place from 0 on; left out, `label`, or the first. */
  label?: string | number;
  /** The classes' names, where the column has numbers. */
  classes?: readonly string[];
}

/**
 * Images as rows of a CSV file, one number a column, with or without a line of names at the head: `csvImages('train.csv', { shape: [28, 28] })`. Where all numbers are whole and from 0 to 255 they are pixels;
 * else a net gets them as they are. Columns are parted by commas, semicolons or tabs; numbers have a point.
 *
 * @throws Error that names the file, the line and the column
 */
export function csvImages(file: string, options: CsvImagesOptions): Split {
  checkOptions('csvImages', options, ['shape', 'label', 'classes']);
  const { shape, label, classes } = options;
  const fail = (line: number, what: string): never => {
    throw new Error(`csvImages: ${file}, line ${line}: ${what}`);
  };
  const lines = readFileSync(file, 'utf8').replace(/^\uFEFF/, '').split(/\r?\n/).map((text, i) => ({ text, number: i + 1 })).filter(({ text }) => text.trim() !== '');
  if (!lines.length) fail(1, 'there must be a row for each image, got an empty file');
  const parting = [',', ';', '\t'].find((mark) => lines[0].text.includes(mark)) ?? ',';
  const fields = (text: string) => text.split(parting).map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
  const head = fields(lines[0].text);
  const isHead = head.filter((name) => !isNumber(name)).length > 1 || (typeof label === 'string' && head.includes(label));
  const place = placeOf(head, isHead, label) ?? fail(1, `the column of the class must be in the head, got ${String(label)}; there are ${head.slice(0, 8).join(', ')}${head.length > 8 ? ', …' : ''}`);
  const rows = isHead ? lines.slice(1) : lines;
  const size = sizeOf(shape);
  const values = new Float32Array(rows.length * size);
  const labels = rows.map(({ text, number }, row) => {
    const cells = fields(text);
    if (cells.length !== size + 1) fail(number, `there must be ${size + 1} columns, a class and ${size} numbers of an image [${shape.join(', ')}], got ${cells.length}`);
    const [own] = cells.splice(place, 1);
    cells.forEach((cell, i) => {
      if (!isNumber(cell)) fail(number, `column ${i + (i >= place ? 2 : 1)} must be a number, got '${cell}'`);
      values[row * size + i] = Number(cell);
    });
    if (own === '') fail(number, 'the class must not be empty');
    return own;
  });
  const numeric = labels.every(isNumber);
  const pixels = values.every((value) => Number.isInteger(value) && value >= 0 && value <= 255) && values.some((value) => value > 1);
  try {
    return imageSplit({ images: pixels ? Uint8Array.from(values) : values, labels: numeric ? labels.map(Number) : labels, shape, classes });
  } catch (error) {
    throw new Error(`csvImages: ${file}: ${(error as Error).message}`, { cause: error });
  }
}

const isNumber = (text: string): boolean => text !== '' && Number.isFinite(Number(text));

function placeOf(head: readonly string[], isHead: boolean, label: string | number | undefined): number | undefined {
  const place = typeof label === 'string' ? (isHead ? head.indexOf(label) : -1) : (label ?? (isHead ? Math.max(0, head.indexOf('label')) : 0));
  return Number.isInteger(place) && place >= 0 && place < head.length ? place : undefined;
}
