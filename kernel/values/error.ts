/** Errors as values. */
import { types } from 'node:util';
import { attempt, classOf } from './attempt';
import type { MimeBundle } from './display';
import { count, cut, plain } from './plain';

const mostErrors = 50;
const shownApart = ['name', 'message', 'stack', 'cause', 'errors'];

/** Name, message, the stack without Node's own frames, other properties, and the same of its causes and of an AggregateError's errors. */
export const error = (value: object): MimeBundle | undefined =>
  isError(value) ? { 'text/plain': cut(described(value, new Set()), 100_000) } : undefined;

const isError = (value: unknown): value is Error => attempt(() => types.isNativeError(value) || value instanceof Error) ?? false;

function described(error: Error, seen: Set<Error>): string {
  if (seen.has(error)) return '[shown above]';
  if (seen.size === mostErrors) return '… more errors';
  seen.add(error);
  const inner = (label: string, value: unknown) =>
    `  [${label}]: ${isError(value) ? described(value, seen) : plain(value)}`.replaceAll('\n', '\n  ');
  const properties = attempt(() => Object.getOwnPropertyDescriptors(error) as PropertyDescriptorMap) ?? {};
  const others = Object.entries(properties).filter(([key, property]) => property.enumerable && 'value' in property && !shownApart.includes(key));
  const list: unknown = properties.errors?.value;
  const errors: unknown[] = Array.isArray(list) ? list : [];
  return [
    headOf(error),
    ...framesOf(textOf(error, 'stack')),
    ...(others.length > 0 ? [plain(Object.fromEntries(others.map(([key, { value }]) => [key, value as unknown])))] : []),
    ...(properties.cause && 'value' in properties.cause ? [inner('cause', properties.cause.value)] : []),
    ...errors.slice(0, mostErrors).map((each, index) => inner(`errors ${index}`, each)),
    ...(errors.length > mostErrors ? [`  … ${count(errors.length - mostErrors)} more errors`] : []),
  ].join('\n');
}

function headOf(error: Error): string {
  const name = textOf(error, 'name');
  return [name === 'Error' ? classOf(error) || name : name, textOf(error, 'message')].filter(Boolean).join(': ') || 'Error';
}

function textOf(error: Error, key: 'name' | 'message' | 'stack'): string {
  const text: unknown = attempt(() => error[key]);
  return typeof text === 'string' ? cut(text, 10_000) : '';
}

/** The lines at the end of a stack that are frames, but for Node's own. */
function framesOf(stack: string): string[] {
  const lines = stack.split('\n');
  const last = lines.findLastIndex((line) => !/^\s+at /.test(line));
  return lines.slice(last + 1).filter((line) => !/^\s+at (async )?(.*\()?node:/.test(line));
}
