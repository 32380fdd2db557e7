/** Copies of a notebook: for students, without solutions; and solved, for tests. */
import { exercisesOf, tagged } from './exercises';
import type { Cell, Notebook } from './notebook';
import { removeInjected } from './parameters';

/** Where a student writes; what is left when it is taken out is the answer. */
export const PLACEHOLDER = '*Your answer:*';

/**
 * A notebook without solutions and outputs. The model answer of a thought question becomes a cell to write in, `<id of the question>-answer`. It says whose copy it is, by `metadata.squeezelab.student.notebook`.
 *
 * @param name of the original in `notebooks/`, `08-alexnet-vgg-by-accounting.ipynb`
 * @throws Error for exercises that are not whole, and where there are none
 */
export function studentCopy(notebook: Notebook, name: string): Notebook {
  const { exercises, questions } = exercisesOf(notebook, name);
  if (exercises.length + questions.length === 0) throw new Error(`student: ${name} must have exercises, but no cell is tagged exercise or question; docs/teaching.md says how to write them`);
  const copy = cleared(notebook);
  copy.cells = copy.cells.flatMap((cell): Cell[] => {
    if (!tagged(cell, 'solution')) return [cell];
    const question = questions.find(({ solution }) => solution.id === cell.id);
    return question ? [{ cell_type: 'markdown', id: `${question.id}-answer`, metadata: { tags: ['answer'] }, source: PLACEHOLDER }] : [];
  });
  copy.metadata.squeezelab = { ...(copy.metadata.squeezelab as object | undefined), student: { notebook: name } };
  return copy;
}

/** A notebook whose attempts are their solutions: all its checks must pass, at any scale, in any variant. */
export function solvedCopy(notebook: Notebook, name?: string): Notebook {
  const { exercises } = exercisesOf(notebook, name);
  const copy = cleared(notebook);
  for (const { attempt, solution } of exercises) copy.cells.find(({ id }) => id === attempt.id)!.source = solution.source;
  copy.cells = copy.cells.filter((cell) => cell.cell_type !== 'code' || !tagged(cell, 'solution'));
  return copy;
}

/** A copy that has not run: without outputs, times, and the parameters of a recorded run. */
function cleared(notebook: Notebook): Notebook {
  const copy = structuredClone(notebook);
  removeInjected(copy);
  for (const cell of copy.cells) {
    delete cell.metadata.execution;
    if (cell.cell_type === 'code') Object.assign(cell, { outputs: [], execution_count: null });
  }
  return copy;
}
