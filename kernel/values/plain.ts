/** Any value as text, by util.inspect, in bounded time and length. */
import { inspect, stripVTControlCharacters, types, type InspectOptions } from 'node:util';
import { attempt } from './attempt';

/** How deep to look, if that shows at most so many entries. */
type Step = [depth: number, entries: number];

/** Small values are shown whole, large ones as deep as they stay readable. */
const page: Step[] = [[5, 500], [2, 20_000], [1, 20_000], [0, 20_000]];
const line: Step[] = [[1, 50], [0, 50]];

/** The first `most` characters, and how many more there are. */
export const cut = (text: string, most: number, before = '\n'): string =>
  text.length > most ? `${text.slice(0, most)}${before}… ${count(text.length - most)} more characters` : text;

/** A whole number with its thousands apart. */
export const count = (n: number): string => n.toLocaleString('en');

/** A value as a page of text, at most 100,000 characters. Never throws. */
export const plain = (value: unknown): string => cut(shown(value, page, { maxStringLength: 10_000, breakLength: 100 }), 100_000);

/** A value on one line of at most 100 characters. Never throws. */
export function plainLine(value: unknown): string {
  const text = shown(value, line, { maxStringLength: 100, maxArrayLength: 10, breakLength: Infinity, compact: true }).replace(/\s+/g, ' ');
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

function shown(value: unknown, steps: Step[], layout: InspectOptions): string {
  const entries = entriesByDepth(value);
  const step = steps.find(([depth, most]) => entries[depth] <= most);
  if (step) return inspected(value, { ...layout, depth: step[0] });
  const keys = attempt(() => Object.keys(value as object)) ?? [];
  const first = keys.slice(0, Math.min(100, steps[0][1]));
  const start = attempt(() => {
    const properties = first.map((key) => [key, Object.getOwnPropertyDescriptor(value, key) ?? {}]);
    return Object.create(Object.getPrototypeOf(value) as object, Object.fromEntries(properties) as PropertyDescriptorMap) as object;
  });
  const more = keys.length - first.length;
  return inspected(start ?? value, { ...layout, depth: 0 }) + (start && more > 0 ? `\n… ${count(more)} more properties` : '');
}

function inspected(value: unknown, options: InspectOptions): string {
  const inspectBy = (customInspect: boolean) => attempt(() => stripVTControlCharacters(inspect(value, { ...options, customInspect })));
  return inspectBy(true) ?? inspectBy(false) ?? `[${typeof value} that cannot be shown]`;
}

/** How many entries `inspect` writes if it looks `depth` deep; a long string counts as many. Infinite once beyond the last step's limit. */
function entriesByDepth(value: unknown): number[] {
  const depths = new Array<number>(page[0][0] + 1).fill(Infinity);
  let total = 0;
  let level = [value];
  for (let depth = 0; depth < depths.length; depth++) {
    const next: unknown[] = [];
    for (const parent of level) {
      for (const child of attempt(() => children(parent)) ?? []) {
        total += typeof child === 'string' ? 1 + Math.min(child.length, 10_000) / 100 : 1;
        if (total > 20_000) return depths;
        next.push(child);
      }
    }
    depths[depth] = total;
    level = next;
  }
  return depths;
}

/** The values that `inspect` shows inside a value; getters are not called. */
function children(value: unknown): unknown[] {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return [];
  if (ArrayBuffer.isView(value) || types.isBoxedPrimitive(value)) return [];
  if (types.isMap(value)) return firstOf(Map.prototype.entries.call(value)).flat();
  if (types.isSet(value)) return firstOf(Set.prototype.values.call(value));
  const keys = Array.isArray(value) ? [...new Array(Math.min(value.length, 100)).keys()] : Object.keys(value).slice(0, 20_001);
  return keys.map((key) => Object.getOwnPropertyDescriptor(value, key)?.value as unknown);
}

function firstOf<T>(values: Iterable<T>): T[] {
  const first: T[] = [];
  for (const value of values) {
    first.push(value);
    if (first.length === 100) break;
  }
  return first;
}
