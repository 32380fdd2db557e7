/** `test('name', () => …)` in a cell: run when the cell's own code has ended, reported below it; a failure fails the cell. */
import { inspect } from 'node:util';
import type { ErrorContent } from '../messages';
import { hasTurn } from './owner';
import { thrown } from '../traceback';
import { escapeHtml } from '../values/escape';

interface Case {
  name: string;
  run: () => unknown;
}

let waiting: Case[] = [];

/**
 * Registers a test: `test('a mask keeps its zeros', () => assert.equal(…))`. The tests of a cell run in order after its other
 * code, also asynchronous ones, and are reported as a table; one that throws or rejects fails the cell.
 */
export function test(name: string, run: () => unknown): void {
  if (typeof name !== 'string' || typeof run !== 'function') throw new TypeError("test: takes a name and a function, as in test('adds', () => …)");
  if (!hasTurn()) throw new Error(`test: must be called while its cell runs, but the cell of '${name}' has ended`);
  waiting.push({ name, run });
}

/** Forgets the tests that a failed cell has left. */
export const forgetTests = (): void => void (waiting = []);

interface Result {
  name: string;
  milliseconds: number;
  error?: { value: unknown };
}

export interface Report {
  text: string;
  html: string;
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
    const result: Result = { name, milliseconds: 0 };
    try {
      await run();
    } catch (value) {
      result.error = { value };
    }
    result.milliseconds = performance.now() - start;
    results.push(result);
  }
  return report(results);
}

function inShort(value: unknown): string {
  try {
    const lines = (value instanceof Error ? value.message : inspect(value)).split('\n').filter((line) => line.trim());
    return lines.join(' ').slice(0, 100);
  } catch {
    return 'something that cannot be shown';
  }
}

function report(results: Result[]): Report {
  const failed = results.filter(({ error }) => error);
  const width = Math.max(...results.map(({ name }) => name.length));
  const rows = results.map(({ name, milliseconds, error }) => ({
    mark: error ? '✗' : '✓',
    name,
    time: `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`,
    why: error ? inShort(error.value) : '',
  }));
  const summary = failed.length > 0 ? `${failed.length} of ${results.length} tests failed` : `${results.length} ${results.length === 1 ? 'test' : 'tests'} passed`;
  const text = [...rows.map(({ mark, name, time, why }) => `${mark} ${name.padEnd(width)}  ${time.padStart(8)}  ${why}`.trimEnd()), summary].join('\n');
  const cells = rows.map(({ mark, name, time, why }) => `<tr><td>${mark}</td><td>${escapeHtml(name)}</td><td>${time}</td><td>${escapeHtml(why)}</td></tr>`).join('');
  const html = `<table>${cells}</table><p>${summary}</p>`;
  if (failed.length === 0) return { text, html };
  const traceback = failed.flatMap(({ name, error }) => [`✗ ${name}`, ...thrown(error!.value).traceback, '']);
  return { text, html, failure: { ename: 'TestFailure', evalue: summary, traceback: traceback.slice(0, -1) } };
}
