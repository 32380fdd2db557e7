import type { MimeBundle } from './display';

/** A number as a table shows it: whole numbers whole, others to four significant digits; whole when 1000 or more. */
export function readable(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(4)));
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return readable(value);
  return (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ');
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** A text as HTML shows it letter by letter: `&`, `<`, `>` and `"` become entities. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character]);

/** A table for a terminal: columns two spaces apart, numbers to the right, a line under the head. */
export function textTable(columns: readonly string[], rows: readonly (readonly unknown[])[], right: (column: number) => boolean = (i) => rows.some((row) => typeof row[i] === 'number')): string {
  const cells = rows.map((row) => row.map(cell));
  const widths = columns.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i].length)));
  const numeric = columns.map((_, i) => right(i));
  const line = (row: readonly string[]) =>
    row
      .map((text, i) => (numeric[i] ? text.padStart(widths[i]) : text.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return [line(columns), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.map(line)].join('\n');
}

/** The same table in plain markup, for GitHub strips every style. */
export function htmlTable(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const line = (tag: string, row: readonly string[]) => `<tr>${row.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join('')}</tr>`;
  return `<table>\n<thead>${line('th', columns)}</thead>\n<tbody>\n${rows.map((row) => line('td', row.map(cell))).join('\n')}\n</tbody>\n</table>`;
}

/** What a notebook is sent to show a table. */
export const tableBundle = (columns: readonly string[], rows: readonly (readonly unknown[])[]): MimeBundle => ({
  'text/html': htmlTable(columns, rows),
  'text/plain': textTable(columns, rows),
});
