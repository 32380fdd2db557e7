/** Templates that a notebook shows as HTML, Markdown and SVG. */
import { display, type MimeBundle } from '../values/display';
import { escapeHtml } from '../values/escape';

type MarkupType = 'text/html' | 'text/markdown' | 'image/svg+xml';

/** Source that is shown as what it describes. */
export class Markup {
  constructor(
    readonly type: MarkupType,
    private readonly source: string,
  ) {}

  toString(): string {
    return this.source;
  }

  [display](): MimeBundle {
    const text = this.type === 'text/markdown' ? this.source : textOf(this.source) || this.type;
    return { [this.type]: this.source, 'text/plain': text };
  }
}

type Tag = (strings: TemplateStringsArray, ...values: unknown[]) => Markup;

const tag =
  (type: MarkupType, insert: (value: unknown) => string): Tag =>
  (strings, ...values) =>
    new Markup(type, strings.map((text, k) => text + inserted(values[k], insert)).join(''));

/** Arrays are inserted item by item with nothing between, null and undefined as nothing. */
const inserted = (value: unknown, insert: (value: unknown) => string): string =>
  Array.isArray(value) ? value.map((item) => inserted(item, insert)).join('') : insert(value ?? '');

const escaped = (value: unknown): string => (value instanceof Markup && value.type !== 'text/markdown' ? String(value) : escapeHtml(String(value)));

/** Source without its tags, for front ends that show text alone. */
const textOf = (source: string): string =>
  source
    .replace(/<(script|style)\b[^]*?<\/\1>/gi, '')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (entity) => characters[entity])
    .replace(/\s+/g, ' ')
    .trim();

const characters: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };

/** HTML. Values are escaped, unless they are made by `html` or `svg`. */
export const html: Tag = tag('text/html', escaped);

/** SVG. Values are escaped, unless they are made by `html` or `svg`. */
export const svg: Tag = tag('image/svg+xml', escaped);

/** Markdown. Values are inserted as they are. */
export const md: Tag = tag('text/markdown', String);
