import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(__dirname, '../..');

/** A page, or a doc comment of a source. */
export interface Document {
  /** Its path in the project; a doc comment's has the line: `src/engine/compile.ts:34`. */
  name: string;
  text: string;
}

export interface Fence {
  language: string;
  code: string;
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const filesIn = (folder: string, end: string) => readdirSync(join(root, folder)).filter((name) => name.endsWith(end)).map((name) => (folder === '.' ? name : `${folder}/${name}`));

/** The pages written by hand; REPRODUCTION.md and the bench's results are not. */
export const pages: Document[] = ['.', 'docs', 'data', 'kernel']
  .flatMap((folder) => filesIn(folder, '.md'))
  .filter((name) => name !== 'REPRODUCTION.md')
  .map((name) => ({ name, text: read(name) }));

export const page = (name: string): Document => pages.find((other) => other.name === name)!;

/** The doc comments of all sources, without their stars. */
export const docComments: Document[] = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `src/${name.replaceAll('\\', '/')}`)
  .flatMap((path) => {
    const source = read(path);
    return [...source.matchAll(/\/\*\*.*?\*\//gs)].map(({ 0: comment, index }) => ({
      name: `${path}:${source.slice(0, index).split('\n').length}`,
      text: comment.replace(/^\s*\* ?/gm, ''),
    }));
  });

/** The fenced code of a document, in order. */
export const fences = ({ text }: Document): Fence[] =>
  [...text.matchAll(/^```(\S*)\n(.*?)^```$/gms)].map(([, language, code]) => ({ language, code }));
