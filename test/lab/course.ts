/** A small course's notebook, and students' copies of it. */
import { join } from 'node:path';
import { gradeNotebook } from '../../src/lab/grade';
import { type Cell, type Notebook, readNotebook } from '../../src/lab/notebook';
import { studentCopy } from '../../src/lab/student';
import { bernoulli, foldIn, key } from '../../src/random';

export const fixtures = join(__dirname, 'fixtures');
export const path = join(fixtures, 'course.ipynb');
export const course = () => readNotebook(path);
export const options = { scale: 'smoke', timeout: 60, variant: 7 } as const;

/** A student's copy with these cells' sources. */
export function student(sources: Record<string, string>): Notebook {
  const copy = studentCopy(course(), 'course.ipynb');
  for (const [id, source] of Object.entries(sources)) cellOf(copy, id).source = source;
  return copy;
}

const cellOf = (notebook: Notebook, id: string): Cell => notebook.cells.find((cell) => cell.id === id)!;
export const grade = (notebook: Notebook, more: { variant?: number; timeout?: number } = {}) => gradeNotebook(notebook, course(), fixtures, { ...options, ...more });

/** What gives the numbers that students see, and nothing else. */
export const ofThePage = `const density = (values: number[]) => (values.length === 4 ? 0.25 : ${bernoulli(foldIn(key(0), 'bits'), 40, 0.3).filter((bit) => bit === 1).length / 40});`;
