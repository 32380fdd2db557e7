/** Arrays and maps that are tables. */
import { inspect, types } from 'node:util';
import { attempt } from './attempt';
import type { MimeBundle } from './display';
import { nested, shortNumber } from './numbers';
import { count, plain, plainLine } from './plain';
import { htmlTable, textTable } from './table';
import { tensorTitle } from './tensor';

const mostRows = 50;
const mostColumns = 20;
const mostHeld = 1000;

/** Plain objects that share keys, as a table with a column for each key, in the order of first appearance. */
export function records(value: unknown): MimeBundle | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const objects = Array.from({ length: Math.min(value.length, mostRows) }, (_, row): unknown => value[row]);
  if (!objects.every(isPlain)) return undefined;
  const keys = new Set<string>();
  for (const object of objects) {
    const own = Object.keys(object);
    if (own.length === 0 || (keys.size > 0 && !own.some((key) => keys.has(key)))) return undefined;
    for (const key of own) keys.add(key);
  }
  const columns = [...keys].slice(0, mostColumns);
  const more = keys.size - columns.length;
  const rest = (text: string) => (more > 0 ? [text] : []);
  const table = {
    head: [...columns.map(cellText), ...rest(`… ${count(more)} more columns`)],
    rows: objects.map((object) => [...columns.map((key) => propertyText(object, key)), ...rest('')]),
    of: value.length,
  };
  return { 'text/plain': textTable(table, 20), 'text/html': htmlTable(table) };
}

/** Rows of numbers of one length, in columns. */
export function matrix(value: unknown): MimeBundle | undefined {
  if (!Array.isArray(value) || !Array.isArray(value[0]) || value[0].length === 0) return undefined;
  const width = value[0].length;
  for (const row of value as unknown[]) {
    if (!Array.isArray(row) || row.length !== width) return undefined;
    for (const item of row) if (typeof item !== 'number') return undefined;
  }
  const at = (index: number) => shortNumber((value as number[][])[Math.floor(index / width)][index % width]);
  return { 'text/plain': `Array [${value.length}, ${width}]\n${nested([value.length, width], at)}` };
}

/** A map's keys and values, as a table beside the text. */
export function map(value: unknown): MimeBundle | undefined {
  if (!types.isMap(value)) return undefined;
  const rows: string[][] = [];
  for (const pair of value) {
    rows.push(pair.map(cellText));
    if (rows.length === mostRows) break;
  }
  if (rows.length === 0) return undefined;
  return { 'text/plain': plain(value), 'text/html': htmlTable({ head: ['key', 'value'], rows, of: value.size }) };
}

/** Arrays and plain objects that hold tensors, at most two deep: the tensors by their titles, not by what is inside them. */
export function holder(value: object): MimeBundle | undefined {
  let found = false;
  const replaced = (inner: unknown, depth: number): unknown => {
    if (typeof inner !== 'object' || inner === null) return inner;
    const title = attempt(() => tensorTitle(inner));
    if (title !== undefined) {
      found = true;
      return { [inspect.custom]: () => title };
    }
    if (depth === 0 || !(Array.isArray(inner) || isPlain(inner))) return inner;
    if (Array.isArray(inner)) return inner.length > mostHeld ? inner : inner.map((item) => replaced(item, depth - 1));
    const keys = Object.keys(inner);
    if (keys.length > mostHeld) return inner;
    const properties = keys.map((key) => [key, Object.getOwnPropertyDescriptor(inner, key)] as const);
    if (properties.some(([, property]) => property && !('value' in property))) return inner;
    return Object.fromEntries(properties.map(([key, property]) => [key, replaced(property?.value, depth - 1)]));
  };
  if (!Array.isArray(value) && !isPlain(value)) return undefined;
  const copy = replaced(value, 2);
  return found ? { 'text/plain': plain(copy) } : undefined;
}

/** Objects of literals, of any realm, without a prototype too. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || types.isProxy(value) || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function propertyText(object: object, key: string): string {
  const property = Object.getOwnPropertyDescriptor(object, key);
  return property && !('value' in property) ? '[Getter]' : cellText(property?.value);
}

function cellText(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string' && value.length <= 100 && !/\p{Cc}/u.test(value)) return value;
  if (typeof value === 'number' && !Number.isInteger(value) && Math.abs(value) < 1e5) return String(Number(value.toPrecision(6)));
  return (typeof value === 'object' && value !== null ? attempt(() => tensorTitle(value)) : undefined) ?? plainLine(value);
}
