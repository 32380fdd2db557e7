/** What of a notebook's file is looked at; the rest stays as it is. */
interface NotebookFile {
  nbformat: number;
  cells: { cell_type: string; execution_count?: unknown; outputs?: unknown; metadata?: Record<string, unknown> }[];
}

/** What front ends note of a cell's run, Jupyter and its extension ExecuteTime. */
const TIMES = ['execution', 'ExecuteTime'];

/**
 * The text of a notebook's file without outputs, execution counts, and times of execution, byte for byte as Jupyter writes it otherwise: names sorted, one space of indent.
 * An empty file stays empty.
 *
 * @throws Error for what is no notebook of nbformat 4
 */
export function clearOutputs(text: string): string {
  if (text.trim() === '') return text;
  const notebook = parsed(text);
  for (const cell of notebook.cells) {
    for (const name of TIMES) delete cell.metadata?.[name];
    if (cell.cell_type === 'code') Object.assign(cell, { execution_count: null, outputs: [] });
  }
  return `${JSON.stringify(notebook, sortNames, 1)}\n`;
}

function parsed(text: string): NotebookFile {
  try {
    const notebook = JSON.parse(text) as Partial<NotebookFile> | null;
    if (notebook?.nbformat === 4 && Array.isArray(notebook.cells)) return notebook as NotebookFile;
  } catch (error) {
    throw new Error(`clear: a notebook must be JSON: ${(error as Error).message}`, { cause: error });
  }
  throw new Error('clear: it must be a notebook of nbformat 4; save it again in Jupyter or VS Code');
}

/** Names of objects in Jupyter's order. */
export function sortNames(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
