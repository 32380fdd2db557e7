import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(__dirname, '../..');

/** A page, or a doc comment of a source. */
export interface Document {
  /** Its path in the project; a doc comment's has the line: `src/engine/compile.ts:34`. */
  name: string;
  path: string;
  /** The line of the file where the text begins, from 1. */
  line: number;
  text: string;
}

export interface Fence {
  language: string;
  code: string;
  /** The line of the file where the code begins, from 1. */
  line: number;
}

/** How many lines a text has, the last one included that may be empty. */
const linesIn = (text: string) => text.split('\n').length;
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const filesIn = (folder: string, end: string) => readdirSync(join(root, folder)).filter((name) => name.endsWith(end)).map((name) => (folder === '.' ? name : `${folder}/${name}`));

/** The pages written by hand; REPRODUCTION.md and the bench's results are not. */
export const pages: Document[] = ['.', 'docs', 'data', 'kernel']
  .flatMap((folder) => filesIn(folder, '.md'))
  .filter((name) => name !== 'REPRODUCTION.md')
  .map((name) => ({ name, path: name, line: 1, text: read(name) }));

export const page = (name: string): Document => pages.find((other) => other.name === name)!;

/** The doc comments of all sources, without their stars. */
export const docComments: Document[] = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `src/${name.replaceAll('\\', '/')}`)
  .flatMap((path) => {
    const source = read(path);
    return [...source.matchAll(/\/\*\*.*?\*\//gs)].map(({ 0: comment, index }) => {
      const line = linesIn(source.slice(0, index));
      // A star's line of its own keeps its end, for `\s` is all but that.
      return { name: `${path}:${line}`, path, line, text: comment.replace(/^[^\S\n]*\* ?/gm, '') };
    });
  });

/** The fenced code of a document, in order. */
export const fences = ({ text, line }: Document): Fence[] =>
  [...text.matchAll(/^```(\S*)\n(.*?)^```$/gms)].map(({ 1: language, 2: code, index }) => ({ language, code, line: line + linesIn(text.slice(0, index)) }));
