/** Runs a student's notebook and gives it points, by the checks of the original. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { projectRoot, type Scale } from '../system';
import { exercisesOf, type Exercise } from './exercises';
import { Kernel, type CellMessage } from './kernelClient';
import { readNotebook, type Cell, type CodeCell, type Notebook } from './notebook';
import { injectParameters, parameterCell, parametersOf } from './parameters';
import { runCell } from './runner';
import { PLACEHOLDER, solvedCopy } from './student';
import { reportOf, type TestResult } from './testReport';

/**
 * `partly`: some of its tests pass. `error`: the check could not run. `time limit`, `kernel died`: of the check's cell, or before it. `forged`: more than one report of tests came from the check, and one is of its own.
 */
export type Status = 'passed' | 'partly' | 'failed' | 'not attempted' | 'removed' | 'error' | 'time limit' | 'kernel died' | 'forged';

export interface Mark {
  id: string;
  title: string;
  points: number;
  of: number;
  status: Status;
  /** The check in the student's file is not the original's, which was run. */
  edited: boolean;
  tests: TestResult[];
  /** Why a check could not run. */
  message?: string;
}

/** What a student's run gives. */
export interface Marks {
  exercises: Mark[];
  /** To be read by a person. */
  answers: { id: string; title: string; answer: string }[];
  points: number;
  of: number;
  /** Cells other than checks that failed, and why. */
  failures: { id: string; message: string }[];
}

export interface GradeOptions {
  scale: Scale;
  /** Seconds that a cell may take. */
  timeout: number;
  /** From which the checks draw their inputs: not 0, the one that students see. */
  variant: number;
  /** Aborted by Ctrl-C: ends the run. */
  signal?: AbortSignal;
}

/** A file's marks, or why it has none. */
export type Grade = { file: string; notebook: string } & (({ error?: undefined } & Marks) | { error: string });

/** Grades a file against the notebook that it is a copy of: that which it names, in `notebooks/`, or `of`; of several files the `originals` are read once. Whatever is wrong with it is in what it returns. */
export async function gradeFile(file: string, { of, originals = new Map<string, Notebook>(), ...options }: GradeOptions & { of?: string; originals?: Map<string, Notebook> }): Promise<Grade> {
  let notebook = of ? basename(of) : '';
  try {
    const student = readNotebook(file);
    const path = of ?? originalOf(student);
    notebook = basename(path);
    const original = originals.get(path) ?? readNotebook(path);
    originals.set(path, original);
    return { file, notebook, ...(await gradeNotebook(student, structuredClone(original), dirname(path), options)) };
  } catch (error) {
    return { file, notebook, error: (error as Error).message };
  }
}

/** Only in `notebooks/`: a student's file cannot name another folder. */
function originalOf({ metadata }: Notebook): string {
  const { student } = (metadata.squeezelab ?? {}) as { student?: { notebook?: unknown } };
  if (typeof student?.notebook !== 'string') throw new Error("it must say whose copy it is, as those of 'squeezelab student' do; name the original by --of NOTEBOOK");
  return join(projectRoot, 'notebooks', basename(student.notebook));
}

/** Whatever a student has put in the place of the names that checks call. */
const OURS = "import * as lab from 'squeezelab';\nimport { test } from 'tslab';";

/** Runs the student's cells in the folder `cwd`, with the original's checks and parameters in place of theirs. */
export async function gradeNotebook(student: Notebook, original: Notebook, cwd: string, { scale, timeout, variant, signal }: GradeOptions): Promise<Marks> {
  const { exercises, questions } = exercisesOf(original);
  const present = new Set(student.cells.map(({ id }) => id));
  if (!exercises.some(({ check }) => present.has(check.id))) throw new Error('it must be a copy of the original, but has none of its checks; were the ids of its cells lost, as in files of nbformat 4.4?');
  const run = mkdtempSync(join(tmpdir(), 'squeezelab-grade-'));
  const kernel = await Kernel.start(cwd, { ...process.env, SQUEEZELAB_RUN: run, SQUEEZELAB_VARIANT: String(variant) });
  const marks = new Map<string, Mark>();
  const failed = new Map<string, string>();
  let dead = false;
  const execute = async (cell: CodeCell) => {
    const messages: CellMessage[] = [];
    const keep = (message: CellMessage) => (message.type === 'display_data' || message.type === 'error') && messages.push(message);
    const stopped = await runCell(cell, kernel, (message) => void keep(message), { timeout, signal, onSaved: () => {} });
    dead = stopped !== undefined && stopped.ename !== 'Timeout';
    return { stopped, messages };
  };
  try {
    for (const cell of cellsToRun(student, original, exercises, scale)) {
      const exercise = exercises.find(({ check }) => check.id === cell.id);
      if (exercise) await execute({ ...cell, source: OURS });
      if (dead) break;
      const { stopped, messages } = await execute(exercise?.check ?? cell);
      const error = stopped ?? messages.flatMap((message) => (message.type === 'error' ? [message.content] : [])).at(0);
      if (!exercise) {
        if (error) failed.set(cell.id, `${error.ename}: ${error.evalue}`);
        continue;
      }
      const found = reportOf(messages, stopped);
      if (found.status === 'error') found.message = failed.get(exercise.attempt.id) ?? found.message;
      marks.set(exercise.id, markOf(exercise, found, cell.source !== exercise.check.source));
    }
  } finally {
    await kernel.stop();
    rmSync(run, { recursive: true, force: true });
  }
  if (signal?.aborted) throw new Error('the run was interrupted');
  const given = exercises.map((exercise) => marks.get(exercise.id) ?? markOf(exercise, { status: present.has(exercise.check.id) ? 'kernel died' : 'removed', tests: [] }, false));
  const answers = questions.map(({ id, title }) => ({ id, title, answer: answerTo(student, id) }));
  const sum = (of: 'points' | 'of') => Number(given.reduce((total, mark) => total + mark[of], 0).toFixed(6));
  return { exercises: given, answers, points: sum('points'), of: sum('of'), failures: [...failed].map(([id, message]) => ({ id, message })) };
}

/** The tests of a check share its points equally. */
function markOf({ id, title, points }: Exercise, found: { status: Status; tests: TestResult[]; message?: string }, edited: boolean): Mark {
  const passed = found.tests.filter(({ status }) => status === 'passed').length;
  return { id, title, points: passed > 0 ? (points * passed) / found.tests.length : 0, of: points, edited, ...found };
}

const answerTo = (student: Notebook, id: string): string => (student.cells.find((cell) => cell.id === `${id}-answer`)?.source ?? '').replace(PLACEHOLDER, '').trim();

/** The student's code in its order, on the original's parameters; a check comes once, and not before its attempt. */
function cellsToRun(student: Notebook, original: Notebook, exercises: Exercise[], scale: Scale): CodeCell[] {
  const notebook = { ...student, cells: student.cells.map(withoutParametersTag) };
  const parameters = original.cells[parameterCell(original)];
  if (parameters) {
    const own = notebook.cells.findIndex(({ id }) => id === parameters.id);
    notebook.cells.splice(Math.max(own, 0), own < 0 ? 0 : 1, parameters);
    const declared = parametersOf(original).find(({ name }) => name === 'scale');
    injectParameters(notebook, declared ? { scale: declared.choices?.includes(scale) === false ? 'quick' : scale } : {});
  }
  const checks = new Set(exercises.map(({ check }) => check.id));
  const cells = notebook.cells.filter((cell, k): cell is CodeCell => {
    if (cell.cell_type !== 'code' || !(cell.source.trim() || checks.has(cell.id))) return false;
    return !checks.has(cell.id) || notebook.cells.findIndex(({ id }) => id === cell.id) === k;
  });
  for (const { attempt, check } of exercises) {
    const from = cells.findIndex(({ id }) => id === check.id);
    const to = cells.findLastIndex(({ id }) => id === attempt.id);
    if (from >= 0 && from < to) cells.splice(to, 0, ...cells.splice(from, 1));
  }
  return cells;
}

/** A cell that was copied from the parameter cell has its tag as well; only the original's is filled. */
const withoutParametersTag = (cell: Cell): Cell => ({ ...cell, metadata: { ...cell.metadata, tags: cell.metadata.tags?.filter((tag) => tag !== 'parameters') } });

/** Runs a notebook with its solutions in place of the attempts, for tests: full points and no failures, if all is right. */
export async function runSolved(path: string, options: Partial<GradeOptions> = {}): Promise<Marks> {
  const original = readNotebook(path);
  return gradeNotebook(solvedCopy(original, basename(path)), original, dirname(path), { scale: 'smoke', timeout: 120, variant: 1, ...options });
}
