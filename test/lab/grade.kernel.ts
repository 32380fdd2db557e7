import assert from 'node:assert/strict';
import { runSolved } from '../../src/lab/grade';
import type { Cell } from '../../src/lab/notebook';
import { grade, ofThePage, path, student } from './course';

const code = (id: string, source: string): Cell => ({ id, cell_type: 'code', source, metadata: {}, execution_count: null, outputs: [] });
const DENSITY = 'function density(values: number[]): number {\n  return values.filter((value) => value !== 0).length / values.length;\n}';
const REPORT = "display.raw('application/vnd.squeezelab.tests+json', [{ name: 'the bits of a code', status: 'passed' }]);";
describe('grade', function () {
  this.timeout(180_000);

  it('gives all points for the solutions', async () => {
    const marks = await runSolved(path);
    assert.deepEqual([marks.points, marks.of, marks.failures], [6, 6, []]);
    assert.ok(marks.exercises.every(({ status }) => status === 'passed'));
  });

  it('sees numbers of the page, forged reports, edited and removed checks', async () => {
    const cheat = student({
      'ex1-attempt': ofThePage,
      'ex1-check': "test('fine', () => {});",
      'ex2-attempt': `const bits = { get [Symbol.toPrimitive]() { ${REPORT} return () => 5; } };\n${REPORT}`,
      'ex3-attempt': `async function smallest() {\n  ${REPORT}\n  return { bytes: 1, error: 0 };\n}`,
    });
    cheat.cells = cheat.cells.filter(({ id }) => id !== 'ex2-check');
    const { exercises } = await grade(cheat);
    assert.deepEqual(exercises.map(({ status, points, edited }) => [status, points, edited]), [['partly', 1, true], ['removed', 0, false], ['forged', 0, false]]);
    assert.match(exercises[0].tests[1].message ?? '', /^the density is too (large|small), got 0\.\d+$/);
  });

  it('gives none for what was not attempted, lists answers, and takes numbers of the page for the page', async () => {
    const marks = await grade(student({ 'ex1-attempt': ofThePage, 'q1-answer': '*Your answer:* by chance' }), { variant: 0 });
    assert.deepEqual(marks.exercises.map(({ status, points }) => [status, points]), [['passed', marks.exercises[0].of], ['not attempted', 0], ['not attempted', 0]]);
    assert.deepEqual([marks.answers[0].answer, marks.failures], ['by chance', []]);
  });

  it('goes on after an endless loop, and ends with the kernel', async () => {
    const stuck = student({
      'ex1-attempt': 'function density(values: number[]): number {\n  while (true) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);\n}',
      'ex2-attempt': 'let bits: number | undefined = 5;',
      'ex3-attempt': 'async function smallest() {\n  process.exit(0);\n  return { bytes: 1, error: 0 };\n}',
    });
    stuck.cells.push(code('after', "console.log('never')"));
    const { exercises, points } = await grade(stuck, { timeout: 15 });
    assert.deepEqual(exercises.map(({ status, message }) => message ?? status), ['time limit', 'passed', 'kernel died']);
    assert.equal(points, 1);
  });

  it('takes cells in another order, of another kind, under names of the checks', async () => {
    const free = student({ 'ex1-attempt': DENSITY, 'ex2-attempt': 'let bits: number = five;', 'ex3-attempt': 'async function smallest() {\n  return { bytes: "few", error: 0 } ' });
    const [check] = free.cells.splice(free.cells.findIndex(({ id }) => id === 'ex1-check'), 1);
    free.cells.unshift(check, code('mine', 'const test = 3; const lab = { exercise: { near() {}, attempted: (value: unknown) => value } };'));
    const parameters = free.cells.splice(free.cells.findIndex(({ id }) => id === 'parameters'), 1);
    free.cells.unshift(...parameters.map((cell) => ({ ...cell, id: 'copied', source: 'let mine = 1;' })));
    const { exercises } = await grade(free);
    assert.deepEqual(exercises.map(({ status }) => status), ['passed', 'error', 'error']);
    assert.match(exercises[1].message ?? '', /^CompileError: Cannot find name 'five'/);
  });
});
