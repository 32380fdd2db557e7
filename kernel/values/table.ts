/** Tables as text and as HTML. */
import { escapeHtml } from './escape';
import { count } from './plain';

/** Cells under their heads, the first of `of` rows; `foot` is a last row apart from the others. */
export interface Table {
  head: string[];
  rows: string[][];
  of: number;
  foot?: string[];
}

const looksNumeric = (text: string) => /^-?(\d[\d,]*(\.\d+)?(e[+-]\d+)?n?|Infinity)$|^NaN$|^\?$|^$/.test(text);
const numericColumns = ({ head, rows }: Table) => head.map((_, column) => rows.every((row) => looksNumeric(row[column])));
const moreRows = (rest: number) => (rest > 0 ? [`… ${count(rest)} more rows`] : []);

/** Aligned columns, numbers to the right, at most `most` rows. */
export function textTable(table: Table, most: number): string {
  const rows = table.rows.slice(0, most);
  const foot = table.foot ? [table.foot] : [];
  const lines = [table.head, ...rows, ...foot];
  const widths = table.head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const right = numericColumns(table);
  const write = (line: string[]) =>
    line
      .map((text, column) => (right[column] ? text.padStart(widths[column]) : text.padEnd(widths[column])))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  const body = [...rows.map(write), ...moreRows(table.of - rows.length)];
  return [write(table.head), rule, ...body, ...foot.flatMap((line) => [rule, write(line)])].join('\n');
}

/** A table element of at most about 100,000 characters. */
export function htmlTable(table: Table): string {
  const right = numericColumns(table);
  const cell = (tag: string, text: string, side: string) => `<${tag} style="text-align:${side}">${escapeHtml(text)}</${tag}>`;
  const write = (tag: string, line: string[]) =>
    `<tr>${line.map((text, column) => cell(tag, text, right[column] ? 'right' : 'left')).join('')}</tr>`;
  const rows: string[] = [];
  let length = 0;
  for (const row of table.rows) {
    const html = write('td', row);
    length += html.length;
    if (length > 90_000) break;
    rows.push(html);
  }
  const more = moreRows(table.of - rows.length).map((text) => `<tr><td colspan="${table.head.length}">${text}</td></tr>`);
  const foot = table.foot ? `<tfoot>${write('th', table.foot)}</tfoot>` : '';
  return `<table><thead>${write('th', table.head)}</thead><tbody>${[...rows, ...more].join('')}</tbody>${foot}</table>`;
}
