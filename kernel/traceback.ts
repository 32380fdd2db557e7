/** Errors as a notebook shows them: with the cell's own line, without the kernel's frames. */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { inspect } from 'node:util';
import { bold, red } from './colours';
import type { ErrorContent } from './messages';

interface Mapped {
  source: string[];
  map: SourceMap;
}

const cells = new Map<string, Mapped>();

/** Keeps what leads from a compiled cell to its text. */
export function addCell(name: string, source: string, map: string): void {
  cells.set(name, { source: source.split('\n'), map: new SourceMap(JSON.parse(map) as SourceMapPayload) });
}

/** Where in the cell, from 1 and 0; undefined in what the compiler adds. */
function placeOf({ map, source }: Mapped, line: number, column: number): { line: number; column: number } | undefined {
  const { originalLine, originalColumn } = map.findEntry(line - 1, column - 1) as { originalLine?: number; originalColumn?: number };
  return originalLine !== undefined && originalLine < source.length ? { line: originalLine + 1, column: originalColumn ?? 0 } : undefined;
}

/** The line of a cell where something went wrong, with a mark below its columns. */
export function marked(source: string, line: number, column: number, length = 1): string[] {
  const head = `----> ${line} `;
  return [head + source, `${' '.repeat(head.length)}${source.slice(0, column).replace(/[^\t]/g, ' ')}${red('^'.repeat(length))}`];
}

const own = __dirname.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const KERNEL = new RegExp(`^\\s+at .*([\\\\/]node_modules[\\\\/]tsx[\\\\/]|kernel:start|node:(vm|internal|events|timers)|${own}[\\\\/])`);

/** The text of whatever was thrown, whatever it does when it is looked at. */
function textOf(error: unknown): string {
  try {
    return inspect(error);
  } catch {
    return UNSPEAKABLE;
  }
}

function property(error: unknown, name: 'name' | 'message'): string | undefined {
  try {
    const value = (error as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function isError(error: unknown): error is Error {
  try {
    return error instanceof Error;
  } catch {
    return false;
  }
}

const NAME = '[\\p{ID_Start}$_][\\p{ID_Continue}$]*';
const CALLED = new RegExp(`\\(0 , (${NAME})\\.\\$\\)|(?<![\\p{ID_Continue}$])(${NAME})\\.\\$(?![\\p{ID_Continue}$])`, 'gu');

/** A binding reads `(0 , f_.$)` or `f_.$` in V8's own messages; here as it was written. */
const asWritten = (text: string) => text.replace(CALLED, (_, called?: string, read?: string) => (called ?? read)!.replace(/_+$/, ''));

/** Leaves the kernel's own frames out; where the last one opens an error's properties, the one before does. */
function withoutKernel(lines: string[], line: string): string[] {
  if (!KERNEL.test(line)) lines.push(line);
  else if (line.endsWith(' {') && lines.length > 0) lines[lines.length - 1] += ' {';
  return lines;
}

/** A thrown value as the content of Jupyter's `error` message, whatever it does when it is looked at. */
export function thrown(error: unknown): ErrorContent {
  try {
    return described(error);
  } catch {
    return { ename: 'Error', evalue: UNSPEAKABLE, traceback: [UNSPEAKABLE] };
  }
}

const UNSPEAKABLE = 'something that cannot be shown was thrown';

function described(error: unknown): ErrorContent {
  let place: string[] = [];
  const lines = textOf(error)
    .replace(/^In\[\*?\d+\]:\d+\n.*\n *\^+\n\n?/, '') // V8 puts a line of the compiled script on top
    .split('\n')
    .map((line) => asWritten(shortened(line)))
    .reduce<string[]>(withoutKernel, [])
    .flatMap((line) => {
      const frame = /(In\[\*?\d+\]):(\d+):(\d+)/.exec(line);
      const cell = frame && cells.get(frame[1]);
      if (!cell) return [line];
      const at = placeOf(cell, Number(frame[2]), Number(frame[3]));
      if (at === undefined) return [];
      if (place.length === 0) place = [bold(`Cell ${frame[1]}, line ${at.line}`), ...marked(cell.source[at.line - 1], at.line, at.column), ''];
      return [line.replace(/\((In\[\*?\d+\]):\d+:\d+\)|(In\[\*?\d+\]):\d+:\d+/, (found) => found.replace(/In\[\*?\d+\]:\d+:\d+/, `Cell ${frame[1]}, line ${at.line}`)).replace('at eval (', 'at (')];
    });
  const text = lines.length > 400 ? [...lines.slice(0, 200), `… ${lines.length - 400} lines left out …`, ...lines.slice(-200)] : lines;
  while (text.length > 1 && text.at(-1) === '') text.pop();
  if (!isError(error)) return { ename: 'Error', evalue: shortened(text.join('\n')), traceback: [...place, ...text] };
  if (text.length > 0) text[0] = text[0].replace(/^[\w.$]*Error\b/, red);
  const own = property(error, 'name') ?? 'Error';
  let ename = own;
  if (own === 'Error') {
    try {
      const { name } = error.constructor;
      if (typeof name === 'string' && name) ename = name;
    } catch {
      // keeps its name
    }
  }
  return { ename, evalue: asWritten(shortened(property(error, 'message') ?? '')), traceback: [...place, ...text] };
}

export const interruption: ErrorContent = {
  ename: 'Interrupted',
  evalue: 'the cell was interrupted',
  traceback: [`${red('Interrupted')}: the cell was interrupted`],
};

const shortened = (text: string) => (text.length > 10_000 ? `${text.slice(0, 10_000)}…` : text);
