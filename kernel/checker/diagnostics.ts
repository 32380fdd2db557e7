import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { bold, red } from '../colours';
import { hintFor } from './hints';
import type { ErrorContent } from '../messages';
import { root } from '../paths';
import { marked } from '../traceback';

const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string };

interface Place {
  code: string;
  /** `In[3]` */
  cell: string;
  /** The cell's name of each slot. */
  names: string[];
  /** Names of cells that were not compiled. */
  failed: ReadonlyMap<string, string>;
}

/** The compiler's messages as a reader wants them: no paths, no names of the kernel's own. */
function readable(message: string, names: string[]): string {
  return message
    .replace(/(?:import\("[^"]*\/__squeezelabCells|__squeezelabCells\._)(\d+)(?:"\))?\.(\w+)/g, (_, slot: string, name: string) => `${name} (of ${names[Number(slot)] || 'this cell'})`)
    .replace(/__squeezelabTypes\./g, '')
    .replace(/ Do you need to (install type definitions|change your target library)[^]*$/, '')
    .replace(/ Try changing the 'lib' compiler option[^]*$/, '')
    .replace(/import\("[^"]*"\)\./g, '')
    .replace(/typeof import\("([^"]*)"\)/g, (_, path: string) => `module ${shortModule(path)}`)
    .replace(/import\("([^"]*)"\)/g, (_, path: string) => shortModule(path))
    .replace(/"?(?:[A-Za-z]:)?\/[^\s'"]*\/__squeezelabCells\d+"?/g, 'this cell')
    .replace(/(?<=['"\s])(?:[A-Za-z]:)?(?:\/[^\s'"/]+){2,}/g, shortModule);
}

/** The package that a file is of, or its own name. */
function shortModule(path: string): string {
  const packaged = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path);
  if (packaged) return packaged[1];
  const inside = path.startsWith(`${root}/src/`) && path.endsWith('/index');
  return inside ? name : basename(path);
}

/** Messages of the compiler as the content of Jupyter's `error` message: line, the marked columns, what is wrong, a hint. */
export function diagnosticsError(diagnostics: readonly ts.Diagnostic[], { code, cell, names, failed }: Place): ErrorContent {
  const messages = diagnostics.map(({ messageText }) => readable(ts.flattenDiagnosticMessageText(messageText, '\n'), names));
  let last = '';
  const traceback = diagnostics.flatMap(({ file, start = 0, length = 1 }, k) => {
    const inCell = !file || /(__squeezelabCells\d+|^cell)\.ts$/.test(file.fileName);
    const text = inCell ? code : file.text;
    const from = Math.min(start, text.length);
    const { line, character } = file ? file.getLineAndCharacterOfPosition(from) : { line: 0, character: 0 };
    const source = text.split('\n')[line] ?? '';
    const place = bold(`${inCell ? `Cell ${cell}` : basename(file.fileName)}, line ${line + 1}`);
    const title = place === last ? [] : [place];
    last = place;
    const hint = hintFor({ message: messages[k], before: source.slice(0, character), marked: text.slice(from, from + length), rest: text.slice(from + length), failed });
    const columns = Math.max(1, Math.min(length, source.length - character));
    return [...title, ...marked(source, line + 1, character, columns), `${red('error')}: ${messages[k]}`, ...(hint ? [`  ${hint}`] : []), ''];
  });
  return { ename: 'CompileError', evalue: messages[0], traceback: traceback.slice(0, -1) };
}
