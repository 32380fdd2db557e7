import { described } from '../system';
import type { PlotlyFigure } from './headless/render';

/** Deeper than any figure is: what is nested so often holds itself. */
const DEEPEST = 20;

export const isList = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** What JSON can hold of a figure: typed arrays as lists, dates as texts, numbers of single precision without the digits that only a double has. */
export const plain = ({ data, layout }: PlotlyFigure): PlotlyFigure => ({
  data: data.map((trace, i) => plainObject(trace, `traces[${i}]`)),
  layout: plainObject(layout, 'layout'),
});

function plainObject(value: object, where: string, depth = 0): Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw refusal(value, where);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plainValue(part, `${where}.${name}`, depth)]));
}

function plainValue(value: unknown, where: string, depth: number): unknown {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object') throw refusal(value, where);
  if (depth > DEEPEST) throw new TypeError(`figure: ${where} is nested too deep to be drawn; does it hold itself?`);
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw refusal(value, where);
    return value.toISOString();
  }
  if (value instanceof Float32Array) return Array.from(value, (number) => Number(number.toPrecision(7)));
  if (isList(value)) return Array.from(value, (part, i) => plainValue(part, `${where}[${i}]`, depth + 1));
  return plainObject(value, where, depth + 1);
}

function refusal(value: unknown, where: string): TypeError {
  const got = typeof value === 'bigint' ? `the bigint ${value}n; Number(${value}n) is one` : value instanceof Date ? 'an invalid date' : described(value);
  return new TypeError(`figure: ${where} must be a number, a text, a date, a list or an object of these, got ${got}`);
}
