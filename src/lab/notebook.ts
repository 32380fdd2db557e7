import { readFileSync } from 'node:fs';
import { writeAtomic, type MimeBundle } from '../system';
import { sortNames } from './clearOutputs';

/** One output of a cell, as in nbformat 4. */
export type Output =
  | { output_type: 'stream'; name: 'stdout' | 'stderr'; text: string }
  | { output_type: 'display_data'; data: MimeBundle; metadata: object }
  | { output_type: 'execute_result'; data: MimeBundle; metadata: object; execution_count: number | null }
  | { output_type: 'error'; ename: string; evalue: string; traceback: string[] };

interface CellBase {
  id: string;
  source: string;
  metadata: { tags?: string[]; [name: string]: unknown };
}

export interface CodeCell extends CellBase {
  cell_type: 'code';
  execution_count: number | null;
  outputs: Output[];
}

export interface TextCell extends CellBase {
  cell_type: 'markdown' | 'raw';
}

export type Cell = CodeCell | TextCell;

/** A notebook of nbformat 4.5 with its texts as whole strings; in the file they are lists of lines. */
export interface Notebook {
  cells: Cell[];
  metadata: { kernelspec?: { language?: string }; language_info?: { name?: string }; [name: string]: unknown };
  nbformat: number;
  nbformat_minor: number;
}

/** Types whose content is text to be read line by line; the others are base64 or JSON. */
const isText = (type: string) => type.startsWith('text/') || type === 'image/svg+xml' || type === 'application/javascript';

/** Reads a notebook, of nbformat 4.0 to 4.5; cells without an id get `cell-1`, `cell-2`, ... */
export function readNotebook(path: string): Notebook {
  const fail = (reason: string): never => {
    throw new Error(`notebook: ${path} ${reason}`);
  };
  let notebook: Notebook;
  try {
    notebook = JSON.parse(readFileSync(path, 'utf8')) as Notebook;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return fail('does not exist');
    return fail(`cannot be read: ${(error as Error).message}`);
  }
  if (notebook?.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    return fail(`must be a notebook of nbformat 4, got nbformat ${notebook?.nbformat}; save it again in Jupyter or VS Code`);
  }
  notebook.metadata ??= {};
  const { kernelspec, language_info } = notebook.metadata;
  const language = kernelspec?.language ?? language_info?.name ?? 'typescript';
  if (language !== 'typescript') return fail(`must be a typescript notebook, got ${language}`);
  notebook.cells.forEach((cell, k) => {
    if (!['code', 'markdown', 'raw'].includes(cell?.cell_type)) fail(`must have cells of code, markdown or raw, but cell ${k + 1} is another`);
    cell.id ??= `cell-${k + 1}`;
    cell.metadata ??= {};
    cell.source = join(cell.source ?? '');
    if (cell.cell_type === 'code') cell.outputs = (cell.outputs ?? []).map(joinOutput);
  });
  notebook.nbformat_minor = Math.max(notebook.nbformat_minor, 5);
  return notebook;
}

const join = (text: string | string[]): string => (Array.isArray(text) ? text.join('') : text);
const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function joinOutput(output: Output): Output {
  if (output.output_type === 'stream') return { ...output, text: join(output.text) };
  if (output.output_type === 'error') return output;
  return { ...output, data: mapTexts(output.data, join) };
}

function splitOutput(output: Output): object {
  if (output.output_type === 'stream') return { ...output, text: lines(output.text) };
  if (output.output_type === 'error') return output;
  return { ...output, data: mapTexts(output.data, lines) };
}

function mapTexts<T>(data: MimeBundle, change: (text: string) => T): Record<string, T | object | string> {
  const entries = Object.entries(data).map(([type, content]) => [type, isText(type) ? change(content as string) : content] as const);
  return Object.fromEntries(entries);
}

/** The notebook as Jupyter itself writes it: sorted names, one space of indent, texts as lists of lines. */
export function formatNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: lines(cell.source),
    ...(cell.cell_type === 'code' && { outputs: cell.outputs.map(splitOutput) }),
  }));
  return `${JSON.stringify({ ...notebook, cells }, sortNames, 1)}\n`;
}

export const writeNotebook = (path: string, notebook: Notebook): void => writeAtomic(path, formatNotebook(notebook));

/** What a cell is about: its first comment, or the last heading above it. */
export function cellTitle(notebook: Notebook, cell: Cell): string {
  const comment = /^\s*\/\/\s*(.+)/.exec(cell.source)?.[1];
  if (comment) return comment.trim();
  const above = notebook.cells.slice(0, notebook.cells.indexOf(cell)).reverse();
  for (const { cell_type, source } of above) {
    const headings = cell_type === 'markdown' ? source.match(/^#+\s+.+$/gm) : null;
    if (headings) return headings[headings.length - 1].replace(/^#+\s+/, '');
  }
  return '';
}
