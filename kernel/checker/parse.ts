import ts from 'typescript';

/** What every Node that we run on understands; decorators and `using` are compiled. */
export const target = ts.ScriptTarget.ES2024;

/** What TypeScript keeps of a parsed file, and does not declare. */
export interface Parsed extends ts.SourceFile {
  parseDiagnostics: readonly ts.DiagnosticWithLocation[];
  identifiers: ReadonlyMap<string, string>;
}

/** A cell by itself, as a module. */
export const parse = (code: string): Parsed =>
  ts.createSourceFile('cell.ts', `${code}\n;export {};`, { languageVersion: target, impliedNodeFormat: ts.ModuleKind.ESNext }, true, ts.ScriptKind.TS) as Parsed;
