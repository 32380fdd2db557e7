/** Objects of other libraries that draw: elements, canvases, Vega's specifications. */
import { cut } from './plain';
import { jsonOf, type MimeBundle } from './display';

/** A canvas as its picture. */
export function canvas(value: { toDataURL?: unknown; width?: unknown; height?: unknown }): MimeBundle | undefined {
  if (typeof value.toDataURL !== 'function') return undefined;
  const address = (value as { toDataURL(type: string): unknown }).toDataURL('image/png');
  const [, data] = /^data:image\/png;base64,([A-Za-z0-9+/=]+)$/.exec(typeof address === 'string' ? address : '') ?? [];
  if (data === undefined) return undefined;
  const size = Number.isInteger(value.width) && Number.isInteger(value.height) ? ` ${Number(value.width)}x${Number(value.height)}` : '';
  return { 'image/png': data, 'text/plain': `canvas${size}` };
}

/** An element of a document. */
export function element({ outerHTML }: { outerHTML?: unknown }): MimeBundle | undefined {
  return typeof outerHTML === 'string' ? { 'text/html': outerHTML, 'text/plain': cut(outerHTML, 10_000) } : undefined;
}

/** A specification of Vega or Vega-Lite, under the type of its schema's version. */
export function vega(value: { $schema?: unknown }): MimeBundle | undefined {
  const schema = typeof value.$schema === 'string' ? /vega\.github\.io\/schema\/vega(-lite)?(?:\/v(\d+))?/.exec(value.$schema) : null;
  if (!schema) return undefined;
  const [, lite, version = '5'] = schema;
  return { [`application/vnd.${lite ? 'vegalite' : 'vega'}.v${version}+json`]: jsonOf(value) };
}
