/** The examples of a page or a doc comment as one module: type-checked all together, run one after the other in this process. */
import { SourceMap, createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import ts from 'typescript';
import { type Document, fences, root } from './documents';

const FOLDER = join(root, 'docs');

export interface Example {
  /** As in `README.md` or `src/engine/compile.ts:34`. */
  name: string;
  path: string;
  /** The fences' code, each line where it stands in the file, the rest blank. */
  source: string;
  /** What the comments `// => ...` promise, in order. */
  promises: { line: number; text: string }[];
}

/** The examples of a document, if it has any. */
export function exampleOf(document: Document): Example | undefined {
  const lines: string[] = [];
  for (const { language, code, line } of fences(document)) if (language === 'ts') code.split('\n').forEach((text, k) => (lines[line - 1 + k] = text));
  if (lines.length === 0) return undefined;
  const source = Array.from(lines, (text = '') => text).join('\n');
  const promises = source.split('\n').flatMap((text, k) => [...text.matchAll(/\/\/ => (.*)$/g)].map(([, promised]) => ({ line: k + 1, text: promised })));
  return { name: document.name, path: document.path, source, promises };
}

const fileOf = ({ name }: Example) => join(FOLDER, `${name.replace(/[/:]/g, ' ')}.ts`);

/** What the compiler says of each example, by its name: one program holds them all, so that the library is read once. */
export function check(examples: readonly Example[]): Map<string, string[]> {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as { config: unknown };
  // As in a notebook, a name may stand for later use.
  const options = { ...ts.parseJsonConfigFileContent(config, ts.sys, root).options, noUnusedLocals: false, noUnusedParameters: false, types: ['node'], moduleDetection: ts.ModuleDetectionKind.Force };
  const sources = new Map(examples.map((example) => [fileOf(example), example.source]));
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (path, version, ...rest) => (sources.has(path) ? ts.createSourceFile(path, sources.get(path)!, version) : getSourceFile(path, version, ...rest));
  const program = ts.createProgram([...sources.keys()], options, host);
  const told = (example: Example) => {
    const file = program.getSourceFile(fileOf(example));
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ start = 0, messageText }) => `${example.path}:${ts.getLineAndCharacterOfPosition(file!, start).line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  };
  return new Map(examples.map((example) => [example.name, told(example)]));
}

/**
 * Runs an example and returns what it printed.
 * @throws Error that begins with file and line when it throws
 */
export async function run(example: Example): Promise<string> {
  const file = fileOf(example);
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true, sourceMap: true, moduleDetection: ts.ModuleDetectionKind.Force };
  const { outputText, sourceMapText } = ts.transpileModule(example.source, { compilerOptions: options, fileName: file });
  const body = new Script(`(async (require, exports) => {${outputText}\n})`, { filename: file }).runInThisContext() as (...names: unknown[]) => Promise<void>;
  let printed = '';
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk: string | Uint8Array) => ((printed += String(chunk)), true);
  try {
    await body(createRequire(file), {});
  } catch (error) {
    const [, line, column] = (error instanceof Error && error.stack?.split(`${file}:`)[1]?.match(/^(\d+):(\d+)/)) || [];
    const place = line && new SourceMap(JSON.parse(sourceMapText!) as ConstructorParameters<typeof SourceMap>[0]).findEntry(Number(line) - 1, Number(column) - 1);
    throw new Error(`${place && 'originalLine' in place ? `${example.path}:${place.originalLine + 1}` : example.name}: ${String(error)}\n${printed}`, { cause: error });
  } finally {
    process.stdout.write = write;
  }
  return printed;
}
