import ts from 'typescript';

/** What TypeScript keeps of a parsed file, and does not declare. */
export interface Parsed extends ts.SourceFile {
  parseDiagnostics: readonly ts.DiagnosticWithLocation[];
  identifiers: ReadonlyMap<string, string>;
}

/** A cell by itself, as a module. */
export const parse = (code: string): Parsed =>
  ts.createSourceFile('cell.ts', `${code}\n;export {};`, { languageVersion: ts.ScriptTarget.ES2022, impliedNodeFormat: ts.ModuleKind.ESNext }, true, ts.ScriptKind.TS) as Parsed;
