import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gradeFile, type Grade } from '../../src/lab/grade';
import { gradeCsv, gradeTable } from '../../src/lab/gradeTable';
import { writeNotebook } from '../../src/lab/notebook';
import { course, fixtures, options, path } from './course';

describe('grade', () => {
  it('has a row for a file that is none, and one for each of two with the same name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'grade-'));
    try {
      writeFileSync(join(folder, 'text.ipynb'), 'text');
      writeFileSync(join(folder, 'other.ipynb'), '{"nbformat": 4, "cells": [], "metadata": {}}');
      writeNotebook(join(folder, 'lost.ipynb'), { ...course(), cells: course().cells.map((cell, k) => ({ ...cell, id: `cell-${k}` })) });
      const grades = [await gradeFile(join(folder, 'text.ipynb'), options), await gradeFile(join(folder, 'other.ipynb'), options), ...(await Promise.all(['none.ipynb', 'lost.ipynb'].map((name) => gradeFile(join(folder, name), { ...options, of: path }))))];
      assert.deepEqual(grades.map(({ error }) => /cannot be read|whose copy|does not exist|ids .* lost/.exec(error ?? '')?.[0]), ['cannot be read', 'whose copy', 'does not exist', 'ids of its cells lost']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('tables of points', () => {
  const marked = (file: string): Grade => ({
    file,
    notebook: 'course.ipynb',
    exercises: [{ id: 'ex1', title: 'one, two', points: 0.5, of: 2, status: 'partly', edited: true, tests: [] }],
    answers: [{ id: 'q1', title: 'Why?', answer: 'So.' }],
    points: 0.5,
    of: 2,
    failures: [],
  });
  const grades: Grade[] = [marked('ana/a.ipynb'), marked('ben/a.ipynb'), { file: 'c, d.ipynb', notebook: 'course.ipynb', error: 'it is "empty"' }];

  it('reads an original once: what a student writes over it is not asked', async () => {
    const gone = join(fixtures, 'written over.ipynb');
    const other = join(fixtures, 'plotted.ipynb');
    assert.match((await gradeFile(other, { ...options, of: gone })).error ?? '', /does not exist/);
    assert.match((await gradeFile(other, { ...options, of: gone, originals: new Map([[gone, course()]]) })).error ?? '', /must be a copy of the original/);
  });

  it('name files, exercises and words', () => {
    const text = gradeTable(grades);
    assert.match(text, /^ana\/a\.ipynb +0\.5 partly, check edited +0\.5$/m);
    assert.match(text, /^c, d\.ipynb +not graded: it is "empty"$/m);
    assert.match(text, /ben\/a\.ipynb, q1, Why\?:\n {2}So\./);
  });

  it('as CSV are quoted', () => {
    assert.equal(gradeCsv(grades).split('\n')[3], '"c, d.ipynb",course.ipynb,,,,,"it is ""empty"""');
    assert.equal(gradeCsv(grades).split('\n')[0], 'file,notebook,ex1,ex1 status,points,of,error');
  });

  it('hold no formula for a spreadsheet, and no command for a terminal', () => {
    const hostile: Grade = { ...marked('=HYPERLINK("x").ipynb'), answers: [{ id: 'q1', title: 'Why?', answer: '\x1b[2J\x1b[31mSo.\r\x07\x9b1A' }] } as Grade;
    assert.match(gradeCsv([hostile]), /^"'=HYPERLINK\(""x""\)\.ipynb",course/m);
    assert.match(gradeTable([hostile]), /Why\?:\n {2}So\. *$/);
  });
});
