/** Values that say themselves how they are shown, by a method `Symbol.for('Jupyter.display')`, as in Deno. */
import { types } from 'node:util';
import { attempt } from './attempt';
import { plain, plainLine } from './plain';

/** Under this name a bundle holds Jupyter's metadata of its types: `{ 'image/png': { width: 700, height: 420 } }`. */
export const metadata: unique symbol = Symbol.for('Jupyter.metadata');

/** One output in several forms: MIME type to text, to base64 for binary types, or to JSON data. */
export type MimeBundle = Record<string, string | object> & { [metadata]?: object };

/** A bundle as messages have it. */
export const contentOf = (data: MimeBundle): { data: MimeBundle; metadata: object } => ({ data, metadata: data[metadata] ?? {} });

/** The name of the method. */
export const display: unique symbol = Symbol.for('Jupyter.display');

/** What a value's own method returns, or the value as text with why that failed. Undefined if it has no such method. */
export function displayed(value: object, patience: number): MimeBundle | Promise<MimeBundle> | undefined {
  const method = attempt(() => (value as { [display]?: unknown })[display]);
  if (typeof method !== 'function') return undefined;
  const failed = (error: unknown) => ({ 'text/plain': `${plain(value)}\n[Jupyter.display] failed: ${reasonOf(error)}` });
  try {
    const returned: unknown = method.call(value);
    const later = typeof (returned as PromiseLike<unknown> | undefined)?.then === 'function';
    return later ? settled(returned as PromiseLike<unknown>, patience).then(bundleOf).catch(failed) : bundleOf(returned);
  } catch (error) {
    return failed(error);
  }
}

/** What a promise resolves to within `patience` ms. */
async function settled(promise: PromiseLike<unknown>, patience: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it must settle within ${patience} ms`)), patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function bundleOf(returned: unknown): MimeBundle {
  const isObject = typeof returned === 'object' && returned !== null;
  const entries = isObject ? Object.entries(returned).filter(([, data]) => data !== undefined) : [];
  if (entries.length === 0 || entries.some(([type]) => !type.includes('/'))) {
    throw new Error(`it must return an object of MIME types, got ${plainLine(returned)}`);
  }
  const bundle: MimeBundle = Object.fromEntries(entries.map(([type, data]) => [type, sendable(type, data)]));
  const shown: unknown = (returned as MimeBundle)[metadata];
  return typeof shown === 'object' && shown !== null ? { ...bundle, [metadata]: jsonOf(shown) } : bundle;
}

function sendable(type: string, data: unknown): string | object {
  if (typeof data === 'string') return data;
  if (types.isUint8Array(data)) return Buffer.from(data).toString('base64');
  if (typeof data === 'object' && data !== null) return jsonOf(data);
  throw new Error(`the data of ${type} must be a string or an object, got ${plainLine(data)}`);
}

/** A copy of what of an object JSON holds. Throws if that is no object. */
export function jsonOf(data: object): object {
  const copy: unknown = JSON.parse(JSON.stringify(data));
  if (typeof copy !== 'object' || copy === null) throw new Error(`the data must be an object in JSON, got ${plainLine(copy)}`);
  return copy;
}

function reasonOf(error: unknown): string {
  const message: unknown = attempt(() => (error as Error).message);
  return typeof message === 'string' ? message.slice(0, 1000) : plainLine(error);
}
