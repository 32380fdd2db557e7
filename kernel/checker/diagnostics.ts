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
}

/** The compiler's messages as a reader wants them: no paths, no names of the kernel's own. */
function readable(message: string, names: string[]): string {
  return message
    .replace(/(?:import\("[^"]*\/__squeezelabCells|__squeezelabCells\._)(\d+)(?:"\))?\.(\w+)/g, (_, slot: string, name: string) => `${name} (of ${names[Number(slot)] || 'this cell'})`)
    .replace(/__squeezelabTypes\./g, '')
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
export function diagnosticsError(diagnostics: readonly ts.Diagnostic[], { code, cell, names }: Place): ErrorContent {
  const lines = code.split('\n');
  const messages = diagnostics.map((diagnostic) => readable(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'), names));
  let last = '';
  const traceback = diagnostics.flatMap(({ file, start = 0, length = 1 }, k) => {
    const message = messages[k];
    const hint = hintFor(message);
    const text = [`${red('error')}: ${message}`, ...(hint ? [`  ${hint}`] : []), ''];
    const inCell = !file || /(__squeezelabCells\d+|^cell)\.ts$/.test(file.fileName);
    const { line, character } = file ? file.getLineAndCharacterOfPosition(Math.min(start, inCell ? code.length : Infinity)) : { line: 0, character: 0 };
    if (!inCell) return [`${basename(file.fileName)}, line ${line + 1}`, ...text];
    const source = lines[line] ?? '';
    const place = bold(`Cell ${cell}, line ${line + 1}`);
    const title = place === last ? [] : [place];
    last = place;
    return [...title, ...marked(source, line + 1, character, Math.max(1, Math.min(length, source.length - character))), ...text];
  });
  return { ename: 'CompileError', evalue: messages[0], traceback: traceback.slice(0, -1) };
}
