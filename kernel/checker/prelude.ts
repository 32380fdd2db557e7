import ts from 'typescript';
import { declaredNames } from './syntax';

/** What the kernel itself calls things in a cell's file. */
export const CELLS = '__squeezelabCells';
export const TYPES = '__squeezelabTypes';

/** A name of an earlier cell. */
export interface Visible {
  slot: number;
  kind: 'let' | 'const' | 'alias';
  /** Only declared, as in `declare const x: number`: a global of the running Node. */
  global: boolean;
  /** Declared without a type, and with nothing that has one: `let x;`, `let best = null;`, `const losses = [];` */
  untyped?: 'any' | 'any[]';
}

/**
 * Gives a cell the names of earlier ones. A variable's `typeof` stands in a namespace: the flow of the cell, which could narrow
 * it, does not reach there.
 */
export function prelude(names: [string, Visible][]): string {
  const variables = names.filter(([, { kind }]) => kind !== 'alias');
  const typed = variables.map(([name, { slot, untyped }]) => `export type ${name} = ${untyped ?? `typeof ${CELLS}._${slot}.${name}`};`);
  const declared = names.map(([name, { slot, kind }]) => (kind === 'alias' ? `import ${name} = ${CELLS}._${slot}.${name};` : `declare ${kind} ${name}: ${TYPES}.${name};`));
  return `declare namespace ${TYPES} {${typed.join('')}}${declared.join('')}`;
}

/** Exports what is declared and not exported by the cell itself. */
export function exportsOf(parsed: ts.SourceFile, declared: ReadonlySet<string>): string {
  const exported = new Set<string>();
  for (const statement of parsed.statements) {
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    const itself = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) && !modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
    if (itself) for (const { text } of declaredNames([statement])) exported.add(text);
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
      for (const { name } of statement.exportClause.elements) exported.add(name.text);
    }
  }
  const names = [...declared].filter((name) => !exported.has(name));
  return `export {${names.join(',')}};`;
}
