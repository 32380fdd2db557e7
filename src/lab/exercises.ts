/** Which cells of a notebook are exercises and thought questions. How they are written: docs/teaching.md. */
import { nearestOf } from '../system';
import type { Cell, CodeCell, Notebook, TextCell } from './notebook';

/** A group of cells: `ex1`, `ex1-attempt`, `ex1-check`, `ex1-solution`. */
export interface Exercise {
  /** Of its first cell, with which the ids of the others begin. */
  id: string;
  title: string;
  points: number;
  attempt: CodeCell;
  check: CodeCell;
  solution: CodeCell;
}

/** A question that no program checks, with a model answer. */
export interface Question {
  id: string;
  title: string;
  solution: TextCell;
}

export interface Exercises {
  exercises: Exercise[];
  questions: Question[];
}

const parts = ['attempt', 'check', 'solution'] as const;
const heads = ['exercise', 'question'];
const known = [...heads, ...parts, 'answer', 'raises-exception'];

const tagsOf = (cell: Cell): string[] => cell.metadata.tags ?? [];
export const tagged = (cell: Cell, tag: string): boolean => tagsOf(cell).includes(tag);

const settingsOf = (cell: Cell): { points?: unknown } => cell.metadata.squeezelab ?? {};

/**
 * The exercises and questions of a notebook, in order; both lists are empty where there are none.
 *
 * @throws Error that names all that is wrong: a part that is missing or there twice, cells out of place, points missing, a tag that there is not
 */
export function exercisesOf(notebook: Notebook, name = 'the notebook'): Exercises {
  const { cells } = notebook;
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const { id } of cells) {
    if (seen.has(id)) faults.push(`two cells have the id ${id}; give one of them another`);
    seen.add(id);
  }
  const grouped = new Set<Cell>();
  const found: Exercises = { exercises: [], questions: [] };
  for (const [k, head] of cells.entries()) {
    if (!heads.some((tag) => tagged(head, tag))) continue;
    const group = cells.filter(({ id }) => id.startsWith(`${head.id}-`));
    for (const cell of [head, ...group]) grouped.add(cell);
    if (group.some((cell, i) => cells[k + 1 + i] !== cell)) faults.push(`${head.id}: the cells whose ids begin with ${head.id}- must follow it one after the other`);
    faults.push(...[head, ...group].flatMap(faultsOfTags));
    const title = titleOf(head);
    if (tagged(head, 'question')) {
      const solution = only(head.id, group, 'solution', 'markdown', faults);
      if (solution && solution.cell_type !== 'code') found.questions.push({ id: head.id, title, solution });
      continue;
    }
    const [attempt, check, solution] = parts.map((part) => only(head.id, group, part, 'code', faults));
    if (!isCode(attempt) || !isCode(check) || !isCode(solution)) continue;
    if (!(group.indexOf(attempt) < group.indexOf(check) && group.indexOf(check) < group.indexOf(solution))) faults.push(`${head.id}: the order must be attempt, check, solution`);
    const { points } = settingsOf(check);
    if (typeof points === 'number' && points > 0 && points < Infinity) found.exercises.push({ id: head.id, title, points, attempt, check, solution });
    else faults.push(`${check.id}: its metadata must give points above 0, {"squeezelab": {"points": 2}}, got ${JSON.stringify(points) ?? 'none'}`);
  }
  for (const cell of cells) {
    const part = parts.find((tag) => tagged(cell, tag));
    if (part && !grouped.has(cell)) faults.push(`${cell.id}: a cell tagged ${part} must belong to an exercise: its id begins with that of a markdown cell tagged exercise or question, and a dash`);
    if (!tagged(cell, 'check') && settingsOf(cell).points !== undefined) faults.push(`${cell.id}: points belong into the metadata of a check, and of nothing else`);
  }
  if (faults.length > 0) throw new Error(`exercises: ${name} has exercises that are not whole\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  return found;
}

const isCode = (cell: Cell | undefined): cell is CodeCell => cell?.cell_type === 'code';

/** The one cell of a group with a tag. */
function only(id: string, group: Cell[], tag: string, type: Cell['cell_type'], faults: string[]): Cell | undefined {
  const all = group.filter((cell) => tagged(cell, tag));
  if (all.length === 1 && all[0].cell_type === type) return all[0];
  const got = all.length === 1 ? `${all[0].id} is a ${all[0].cell_type} cell` : all.length === 0 ? 'there is none' : `there are ${all.map((cell) => cell.id).join(' and ')}`;
  faults.push(`${id}: it must have one ${type} cell tagged ${tag}, ${id}-${tag}, but ${got}`);
  return undefined;
}

function faultsOfTags(cell: Cell): string[] {
  return tagsOf(cell)
    .filter((tag) => !known.includes(tag))
    .map((tag) => {
      const nearest = nearestOf(tag, known);
      return `${cell.id}: there is no tag ${tag}${nearest ? `; did you mean ${nearest}?` : `; there are ${known.join(', ')}`}`;
    });
}

/** The first heading of a text, or its first line. */
const titleOf = ({ source }: Cell): string => (/^#+\s+(.+)$/m.exec(source)?.[1] ?? source.trim().split('\n')[0]).trim();
