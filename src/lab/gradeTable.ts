/** Grades as tables: for the terminal, and as CSV. */
import { basename } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { readable, textTable } from '../system';
import type { Grade, Mark } from './grade';

/** A file by its name; by its path where two have the same one. */
const labelOf = (file: string, files: readonly string[]): string => (files.filter((other) => basename(other) === basename(file)).length > 1 ? file : basename(file));

const marksOf = (grade: Grade): readonly Mark[] => (grade.error === undefined ? grade.exercises : []);

/** The ids of all exercises, in order. */
const idsOf = (grades: readonly Grade[]): string[] => [...new Set(grades.flatMap((grade) => marksOf(grade).map(({ id }) => id)))];

function cellOf(mark: Mark | undefined): string {
  if (!mark) return '';
  const words = [...(mark.status === 'passed' ? [] : [mark.status]), ...(mark.edited ? ['check edited'] : [])];
  return [readable(mark.points), words.join(', ')].filter(Boolean).join(' ');
}

/** For each notebook a table of points, exercise by exercise; then the answers that a person reads. */
export function gradeTable(grades: readonly Grade[]): string {
  const files = grades.map(({ file }) => file);
  const parts = [...new Set(grades.map(({ notebook }) => notebook))].map((notebook) => {
    const own = grades.filter((grade) => grade.notebook === notebook);
    const ids = idsOf(own);
    const points = (id: string) => own.flatMap(marksOf).find((mark) => mark.id === id)?.of;
    const total = own.flatMap((grade) => (grade.error === undefined ? [grade.of] : [])).at(0);
    const why = own.some(({ error }) => error !== undefined);
    const columns = ['file', ...ids.map((id) => `${id} (${points(id)})`), ...(total === undefined ? [] : [`total (${total})`]), ...(why ? [''] : [])];
    const rows = own.map((grade) => {
      const label = labelOf(grade.file, files);
      if (grade.error !== undefined) return [label, ...ids.map(() => ''), ...(total === undefined ? [] : ['']), `not graded: ${grade.error}`];
      return [label, ...ids.map((id) => cellOf(grade.exercises.find((mark) => mark.id === id))), grade.points, ...(why ? [''] : [])];
    });
    return `${notebook || 'No notebook'}\n\n${textTable(columns, rows)}`;
  });
  const answers = grades.flatMap((grade) =>
    grade.error === undefined ? grade.answers.map(({ id, title, answer }) => `${labelOf(grade.file, files)}, ${id}, ${title}:\n${(answer || '(no answer)').replace(/^/gm, '  ')}`) : [],
  );
  return printable([...parts, ...(answers.length > 0 ? ['Answers to read', ...answers] : [])].join('\n\n'));
}

/** Without what a terminal takes as a command: students' texts could change what stands above them. */
export const printable = (text: string): string => stripVTControlCharacters(text).replace(/(?![\n\t])\p{Cc}/gu, '');

/** One line a file: its points and status for each exercise, the total, and why it has none. */
export function gradeCsv(grades: readonly Grade[]): string {
  const ids = idsOf(grades);
  const head = ['file', 'notebook', ...ids.flatMap((id) => [id, `${id} status`]), 'points', 'of', 'error'];
  const rows = grades.map((grade) => {
    const marks = ids.map((id) => marksOf(grade).find((mark) => mark.id === id));
    const totals = grade.error === undefined ? [grade.points, grade.of, ''] : ['', '', grade.error];
    return [grade.file, grade.notebook, ...marks.flatMap((mark) => [mark?.points ?? '', mark?.status ?? '']), ...totals];
  });
  return `${[head, ...rows].map((row) => row.map(quoted).join(',')).join('\n')}\n`;
}

/** As RFC 4180 has it. A spreadsheet takes what begins with `=`, `+`, `-` or `@` as a formula, so that a quote goes before. */
function quoted(value: string | number): string {
  const text = typeof value === 'string' ? value.replace(/^[=+\-@\t\r]/, "'$&") : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
