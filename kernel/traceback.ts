/** Errors as a notebook shows them: with the cell's own line, without the kernel's frames. */
import { findSourceMap, SourceMap, type SourceMapping, type SourceMapPayload } from 'node:module';
import { sep } from 'node:path';
import { inspect } from 'node:util';
import { bold, red } from './colours';
import type { ErrorContent } from './messages';
import { kernelFolder, root } from './paths';

interface Mapped {
  source: string[];
  map: SourceMap;
}

interface Place {
  cell: string;
  source: string;
  /** From 1. */
  line: number;
  /** From 0. */
  column: number;
}

const cells = new Map<string, Mapped>();
/** Where in a cell each error comes from. */
const places = new WeakMap<object, Place>();

/** Keeps what leads from a compiled cell to its text. */
export function addCell(name: string, source: string, map: string): void {
  cells.set(name, { source: source.split('\n'), map: new SourceMap(JSON.parse(map) as SourceMapPayload) });
}

/** Undefined in what the compiler adds. */
function placeOf(cell: string, { map, source }: Mapped, line: number, column: number): Place | undefined {
  const { originalLine, originalColumn } = map.findEntry(line - 1, column - 1) as { originalLine?: number; originalColumn?: number };
  if (originalLine === undefined || originalLine >= source.length) return undefined;
  return { cell, source: source[originalLine], line: originalLine + 1, column: originalColumn ?? 0 };
}

/** Stacks as they are written: with the cells' own lines and the sources' own names, without the kernel. */
export function mapStacks(): void {
  Error.stackTraceLimit = 50; // deep in a package, the cell's own frame is far away
  Error.prepareStackTrace = (error, frames) => {
    try {
      return [headOf(error), ...folded(frames.flatMap((frame) => framesOf(error, frame)))].join('\n');
    } catch {
      return [String(error), ...frames.map(textOfFrame)].join('\n    at ');
    }
  };
}

const textOfFrame = (frame: NodeJS.CallSite) => `${frame as unknown as string}`;

/** As Node itself has it. */
function headOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && code.startsWith('ERR_') && !error.name.includes('[') ? `${error.name} [${code}]: ${error.message}` : Error.prototype.toString.call(error);
}

function framesOf(error: Error, frame: NodeJS.CallSite): string[] {
  const text = `    at ${textOfFrame(frame)}`;
  if (KERNEL.test(text)) return [];
  const file = frame.getFileName();
  const [line, column] = [frame.getLineNumber() ?? 1, frame.getColumnNumber() ?? 1];
  const written = `${file}:${line}:${column}`;
  const cell = file && cells.get(file);
  if (!file || !text.includes(written)) return [text];
  if (cell) {
    const place = placeOf(file, cell, line, column);
    if (!place) return [];
    if (!places.has(error)) places.set(error, place);
    return [text.replace(written, () => `Cell ${file}, line ${place.line}`)];
  }
  const { originalSource, originalLine, originalColumn } = (sourceMapOf(file)?.findEntry(line - 1, column - 1) ?? {}) as Partial<SourceMapping>;
  const mapped = originalSource !== undefined && originalLine !== undefined ? `${originalSource}:${originalLine + 1}:${(originalColumn ?? 0) + 1}` : written;
  return [text.replace(written, () => shortPath(mapped))];
}

/** Of many frames in packages, the first and their number. */
function folded(frames: string[]): string[] {
  const packaged = (k: number) => k in frames && /[ (]node_modules[\\/]/.test(frames[k]);
  return frames.flatMap((frame, k) => {
    if (!packaged(k) || !packaged(k - 1)) return [frame];
    if (packaged(k + 1)) return [];
    let first = k;
    while (packaged(first - 1)) first--;
    return [`    … ${k - first} more in packages`];
  });
}

/** What packages say of their sources leads to files that they do not have. */
const sourceMapOf = (file: string) => (file.includes('node_modules') ? undefined : findSourceMap(file));

/** Seen from the notebook, or from the project. */
function shortPath(path: string): string {
  const plain = path.replace(/^file:\/\//, '');
  const packaged = /[\\/](node_modules[\\/].*)/.exec(plain);
  if (packaged) return packaged[1];
  for (const folder of [process.cwd(), root]) if (plain.startsWith(folder + sep)) return plain.slice(folder.length + 1);
  return plain;
}

/** The line of a cell where something went wrong, with a mark below its columns. */
export function marked(source: string, line: number, column: number, length = 1): string[] {
  const head = `----> ${line} `;
  return [head + source, `${' '.repeat(head.length)}${source.slice(0, column).replace(/[^\t]/g, ' ')}${red('^'.repeat(length))}`];
}

const own = kernelFolder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
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

const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function';

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
  const lines = textOf(error)
    .replace(/^In\[\*?\d+\]:\d+\n.*\n *\^+\n\n?/, '') // V8 puts a line of the compiled script on top
    .replace(/ \{\n {2}generatedMessage: [^]*$/, '') // what an assertion says again
    .split('\n')
    .filter((line) => !/^\s+\.\.\. \d+ lines matching /.test(line))
    .map((line) => asWritten(shortened(line)));
  const from = isObject(error) ? places.get(error) : undefined;
  const place = from ? [bold(`Cell ${from.cell}, line ${from.line}`), ...marked(from.source, from.line, from.column), ''] : [];
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
