import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exercisesOf, tagged } from '../../src/lab/exercises';
import { readNotebook, type Cell, type Notebook } from '../../src/lab/notebook';
import { solvedCopy, studentCopy } from '../../src/lab/student';
import { projectRoot } from '../../src/system';

const course = () => readNotebook(join(__dirname, 'fixtures/course.ipynb'));
const cellOf = (notebook: Notebook, id: string): Cell => notebook.cells.find((cell) => cell.id === id)!;

describe('exercises of a notebook', () => {
  it('are found with their parts, points and titles', () => {
    const { exercises, questions } = exercisesOf(course());
    assert.deepEqual(exercises.map(({ id, title, points }) => [id, title, points]), [['ex1', '1. Density (2 minutes)', 2], ['ex2', '2. Bits by hand', 1], ['ex3', '3. A smaller file', 3]]);
    assert.deepEqual(questions.map(({ id, title, solution }) => [id, title, solution.id]), [['q1', 'To think about', 'q1-solution']]);
  });

  it('are none where no cell is tagged', () => assert.deepEqual(exercisesOf({ ...course(), cells: [] }), { exercises: [], questions: [] }));

  const without = (...ids: string[]) => (notebook: Notebook) => void (notebook.cells = notebook.cells.filter(({ id }) => !ids.includes(id)));
  const faults: [string, (notebook: Notebook) => void, RegExp][] = [
    ['without a check', without('ex1-check'), /ex1: it must have one code cell tagged check, ex1-check, but there is none/],
    ['without a solution', without('ex2-solution', 'q1-solution'), /ex2: it must have one code cell tagged solution.*\n.*q1: it must have one markdown cell tagged solution/],
    ['without points', (notebook) => (cellOf(notebook, 'ex1-check').metadata.squeezelab = {}), /ex1-check: its metadata must give points above 0, \{"squeezelab": \{"points": 2\}\}, got none/],
    ['with points twice', (notebook) => (cellOf(notebook, 'ex1-attempt').metadata.squeezelab = { points: 2 }), /ex1-attempt: points belong into the metadata of a check/],
    ['with an id twice', (notebook) => (cellOf(notebook, 'ex2').id = 'ex1'), /two cells have the id ex1/],
    ['with a tag that there is not', (notebook) => (cellOf(notebook, 'ex1-check').metadata.tags = ['chek']), /ex1-check: there is no tag chek; did you mean check\?/],
    ['with a part of none', (notebook) => (cellOf(notebook, 'ex1-check').id = 'other'), /other: a cell tagged check must belong to an exercise/],
    ['with a cell out of place', (notebook) => notebook.cells.push(...notebook.cells.splice(5, 1)), /ex1: the cells whose ids begin with ex1- must follow it/],
  ];
  for (const [what, change, text] of faults) {
    it(`${what}: says so`, () => {
      const notebook = course();
      change(notebook);
      assert.throws(() => exercisesOf(notebook, 'mine.ipynb'), (error: Error) => error.message.startsWith('exercises: mine.ipynb has exercises that are not whole\n') && text.test(error.message));
    });
  }

  for (const name of readdirSync(join(projectRoot, 'notebooks')).filter((file) => file.endsWith('.ipynb'))) {
    it(`${name}: whole, and at least three`, () => {
      const { exercises } = exercisesOf(readNotebook(join(projectRoot, 'notebooks', name)), name);
      assert.ok(exercises.length >= 3, `there are ${exercises.length}`);
    });
  }
});

describe('copies', () => {
  it('for students have no solutions and outputs, keep ids, and say whose they are', () => {
    const copy = studentCopy(course(), 'course.ipynb');
    assert.ok(copy.cells.every((cell) => !tagged(cell, 'solution') && (cell.cell_type !== 'code' || cell.outputs.length === 0)));
    assert.ok(!JSON.stringify(copy).includes('values.filter') && !JSON.stringify(copy).includes('change the output least'));
    assert.deepEqual(copy.cells.map(({ id }) => id).slice(4), ['ex1', 'ex1-attempt', 'ex1-check', 'ex2', 'ex2-attempt', 'ex2-check', 'ex3', 'ex3-attempt', 'ex3-check', 'q1', 'q1-answer']);
    assert.deepEqual(copy.metadata.squeezelab, { student: { notebook: 'course.ipynb' } });
    assert.throws(() => studentCopy({ ...course(), cells: [] }, 'x.ipynb'), /student: x.ipynb must have exercises/);
  });

  it('solved have the solutions as attempts', () => {
    const copy = solvedCopy(course());
    assert.match(cellOf(copy, 'ex1-attempt').source, /values\.filter/);
    assert.equal(copy.cells.length, course().cells.length - 3);
  });
});
