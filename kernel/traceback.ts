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

const KERNEL = /^\s+at .*([\\/]node_modules[\\/]tsx[\\/]|kernel:start|node:(vm|internal|events|timers)|[\\/]kernel[\\/][\w-]+\.(cjs|ts))/;

/** The text of whatever was thrown, whatever it does when it is looked at. */
function textOf(error: unknown): string {
  try {
    return inspect(error);
  } catch {
    return 'something that cannot be shown was thrown';
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

/** A call through a binding reads `(0 , f_.$)` in V8's own messages; here as it was written. */
const asWritten = (text: string) => text.replace(/\(0 , ([\p{ID_Start}$_][\p{ID_Continue}$]*?)_+\.\$\)/gu, '$1').replace(/\b([\p{ID_Start}$_][\p{ID_Continue}$]*?)_+\.\$(?![\w$])/gu, '$1');

/** Leaves the kernel's own frames out; where the last one opens an error's properties, the one before does. */
function withoutKernel(lines: string[], line: string): string[] {
  if (!KERNEL.test(line)) lines.push(line);
  else if (line.endsWith(' {') && lines.length > 0) lines[lines.length - 1] += ' {';
  return lines;
}

/** A thrown value as the content of Jupyter's `error` message. */
export function thrown(error: unknown): ErrorContent {
  let place: string[] = [];
  const lines = asWritten(textOf(error))
    .replace(/^In\[\d+\]:\d+\n.*\n *\^+\n\n?/, '') // V8 puts a line of the compiled script on top
    .split('\n')
    .reduce<string[]>(withoutKernel, [])
    .flatMap((line) => {
      const frame = /(In\[\d+\]):(\d+):(\d+)/.exec(line);
      const cell = frame && cells.get(frame[1]);
      if (!cell) return [line];
      const at = placeOf(cell, Number(frame[2]), Number(frame[3]));
      if (at === undefined) return [];
      if (place.length === 0) place = [bold(`Cell ${frame[1]}, line ${at.line}`), ...marked(cell.source[at.line - 1], at.line, at.column), ''];
      return [line.replace(/\((In\[\d+\]):\d+:\d+\)|(In\[\d+\]):\d+:\d+/, (found) => found.replace(/In\[\d+\]:\d+:\d+/, `Cell ${frame[1]}, line ${at.line}`)).replace('at eval (', 'at (')];
    });
  const text = lines.length > 400 ? [...lines.slice(0, 200), `… ${lines.length - 400} lines left out …`, ...lines.slice(-200)] : lines;
  while (text.at(-1) === '') text.pop();
  if (!isError(error)) return { ename: 'Error', evalue: shortened(textOf(error)), traceback: [...place, ...text] };
  text[0] = text[0].replace(/^[\w.$]*Error\b/, red);
  const own = property(error, 'name') ?? 'Error';
  let ename = own;
  if (own === 'Error') {
    try {
      ename = error.constructor.name || own;
    } catch {
      // keeps its name
    }
  }
  return { ename, evalue: shortened(asWritten(property(error, 'message') ?? '')), traceback: [...place, ...text] };
}

export const interruption: ErrorContent = {
  ename: 'Interrupted',
  evalue: 'the cell was interrupted',
  traceback: [`${red('Interrupted')}: the cell was interrupted`],
};

const shortened = (text: string) => (text.length > 10_000 ? `${text.slice(0, 10_000)}…` : text);
