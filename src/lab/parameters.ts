import type { Cell, CodeCell, Notebook } from './notebook';

/** Values for the variables of a notebook's parameter cell, by name. */
export type Parameters = Record<string, string | number>;

const INJECTED = 'injected-parameters';
const hasTag = (cell: Cell, tag: string) => cell.metadata.tags?.includes(tag) ?? false;

const parameterCell = (notebook: Notebook) => notebook.cells.findIndex((cell) => hasTag(cell, 'parameters'));

/** Whether the cell tagged `parameters` declares a variable: by `let`, so that it can be set. */
export function declaresParameter(notebook: Notebook, name: string): boolean {
  const source = notebook.cells[parameterCell(notebook)]?.source ?? '';
  return new RegExp(`^\\s*let\\s+${name}\\b`, 'm').test(source);
}

/**
 * Fills the cell tagged `parameters` as papermill does: a cell tagged `injected-parameters` right after it assigns the
 * values, and takes the place of an earlier one. They are assigned, not declared again, so that
 * `let scale: 'quick' | 'paper'` keeps its type.
 */
export function injectParameters(notebook: Notebook, parameters: Parameters): void {
  notebook.cells = notebook.cells.filter((cell) => !hasTag(cell, INJECTED));
  const names = Object.keys(parameters);
  if (names.length === 0) return;
  const missing = names.filter((name) => !declaresParameter(notebook, name));
  if (missing.length > 0) {
    throw new Error(`parameters: the notebook must have a cell tagged "parameters" that declares ${missing.map((name) => `"let ${name}"`).join(', ')}`);
  }
  const source = ['// Parameters', ...names.map((name) => `${name} = ${JSON.stringify(parameters[name])};`)].join('\n');
  const cell: CodeCell = { id: INJECTED, cell_type: 'code', source, metadata: { tags: [INJECTED] }, execution_count: null, outputs: [] };
  notebook.cells.splice(parameterCell(notebook) + 1, 0, cell);
}
