import type { CodeCell, Notebook } from '../../src/lab/notebook';

/** A notebook of code cells. */
export function notebookOf(...sources: string[]): Omit<Notebook, 'cells'> & { cells: CodeCell[] } {
  const cells = sources.map(
    (source, k): CodeCell => ({ id: `c${k + 1}`, cell_type: 'code', source, metadata: {}, execution_count: null, outputs: [] }),
  );
  return { cells, metadata: { kernelspec: { language: 'typescript' } }, nbformat: 4, nbformat_minor: 5 };
}
