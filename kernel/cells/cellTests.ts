/** `test('name', () => …)` in a cell: run when the cell's own code has ended, reported below it; a failure fails the cell. */
import { inspect } from 'node:util';
import type { ErrorContent } from '../messages';
import { hasTurn } from './owner';
import { thrown } from '../traceback';
import { attempt } from '../values/attempt';
import { escapeHtml } from '../values/escape';

interface Case {
  name: string;
  run: () => unknown;
}

let waiting: Case[] = [];

/**
 * Registers a test: `test('a mask keeps its zeros', () => assert.equal(…))`. The tests of a cell run in order after its other
 * code, also asynchronous ones, and are reported as a table; one that throws or rejects fails the cell. An error whose name is NotAttempted
 * fails nothing: it says that there is no answer yet.
 */
export function test(name: string, run: () => unknown): void {
  if (typeof name !== 'string' || typeof run !== 'function') throw new TypeError("test: takes a name and a function, as in test('adds', () => …)");
  if (!hasTurn()) throw new Error(`test: must be called while its cell runs, but the cell of '${name}' has ended`);
  waiting.push({ name, run });
}

/** Forgets the tests that a failed cell has left. */
export const forgetTests = (): void => void (waiting = []);

type Status = 'passed' | 'failed' | 'not attempted';

interface Result {
  name: string;
  milliseconds: number;
  status: Status;
  /** What it threw. */
  error?: unknown;
}

/** What a program reads of a report: `application/vnd.squeezelab.tests+json`. */
type Summary = { name: string; status: Status; message?: string }[];

export interface Report {
  data: { 'text/html': string; 'text/plain': string; 'application/vnd.squeezelab.tests+json': Summary };
  failure?: ErrorContent;
}

/** Runs the tests that wait, until the cell is `over`; undefined if there are none. */
export async function runTests(over: () => boolean): Promise<Report | undefined> {
  const own = waiting;
  if (own.length === 0) return undefined;
  const results: Result[] = [];
  // A test may register others.
  for (let k = 0; k < own.length && !over(); k++) {
    const { name, run } = own[k];
    const start = performance.now();
    const result: Result = { name, milliseconds: 0, status: 'passed' };
    try {
      await run();
    } catch (error) {
      result.status = nameOf(error) === 'NotAttempted' ? 'not attempted' : 'failed';
      result.error = error;
    }
    result.milliseconds = performance.now() - start;
    results.push(result);
  }
  return report(results);
}

/** Errors that say all in their message: where in a check of an exercise they were thrown helps nobody. */
const WRONG = 'WrongAnswer';

const nameOf = (error: unknown): unknown => attempt(() => (error as Error).name);

function inShort(value: unknown): string {
  try {
    const lines = (value instanceof Error ? value.message : inspect(value)).split('\n').filter((line) => line.trim());
    const text = lines.join(' ');
    return nameOf(value) === WRONG ? text : text.slice(0, 100);
  } catch {
    return 'something that cannot be shown';
  }
}

const marks: Record<Status, string> = { passed: '✓', failed: '✗', 'not attempted': '–' };

function summaryOf(results: Result[]): string {
  const count = (status: Status) => results.filter((result) => result.status === status).length;
  const tests = (k: number) => `${k} ${results.length === 1 ? 'test' : 'tests'}`;
  const [failed, left] = [count('failed'), count('not attempted')];
  const rest = left > 0 ? `, ${left} not attempted` : '';
  if (failed > 0) return `${failed} of ${tests(results.length)} failed${rest}`;
  return left > 0 ? `${count('passed')} of ${tests(results.length)} passed${rest}` : `${tests(results.length)} passed`;
}

function report(results: Result[]): Report {
  const width = Math.max(...results.map(({ name }) => name.length));
  const rows = results.map(({ name, milliseconds, status, error }) => ({
    mark: marks[status],
    name,
    time: status === 'not attempted' ? '' : `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`,
    why: status === 'failed' ? inShort(error) : status === 'passed' ? '' : status,
  }));
  const summary = summaryOf(results);
  const cells = rows.map(({ mark, name, time, why }) => `<tr><td>${mark}</td><td>${escapeHtml(name)}</td><td>${time}</td><td>${escapeHtml(why)}</td></tr>`).join('');
  const data: Report['data'] = {
    'text/html': `<table>${cells}</table><p>${summary}</p>`,
    'text/plain': [...rows.map(({ mark, name, time, why }) => `${mark} ${name.padEnd(width)}  ${time.padStart(8)}  ${why}`.trimEnd()), summary].join('\n'),
    'application/vnd.squeezelab.tests+json': results.map(({ name, status, error }) => ({ name, status, ...(status === 'failed' && { message: inShort(error) }) })),
  };
  const failed = results.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return { data };
  const traceback = failed.flatMap(({ name, error }) => [`✗ ${name}`, ...(nameOf(error) === WRONG ? [inShort(error)] : thrown(error).traceback), '']);
  return { data, failure: { ename: 'TestFailure', evalue: summary, traceback: traceback.slice(0, -1) } };
}
