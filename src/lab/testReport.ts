/** The kernel's report of the tests in a cell, as a program reads it. */
import type { Status } from './grade';
import type { CellMessage } from './kernelClient';

const TYPE = 'application/vnd.squeezelab.tests+json';

export interface TestResult {
  name: string;
  status: 'passed' | 'failed' | 'not attempted';
  message?: string;
}

/**
 * What a check's cell has shown, and how it ended. Code of the student's runs in it as well and may show a report of its own; then there are two, or the cell's end does not fit the one that there is.
 */
export function reportOf(messages: CellMessage[], stopped?: { ename: string }): { status: Status; tests: TestResult[]; message?: string } {
  const none = (status: Status, message?: string) => ({ status, tests: [], ...(message && { message }) });
  if (stopped) return none(stopped.ename === 'Timeout' ? 'time limit' : 'kernel died');
  const error = messages.flatMap((message) => (message.type === 'error' ? [message.content] : [])).at(0);
  const reports = messages.flatMap((message) => (message.type === 'display_data' && TYPE in message.content.data ? [message.content.data[TYPE]] : []));
  if (reports.length > 1) return none('forged', 'more than one report of tests came from the check');
  const [tests] = reports;
  if (!isReport(tests)) return none('error', error ? `${error.ename}: ${error.evalue}` : 'no report of tests came from the check');
  const count = (status: TestResult['status']) => tests.filter((test) => test.status === status).length;
  const fits = error ? error.ename === 'TestFailure' && count('failed') > 0 : count('failed') === 0;
  if (!fits) return none('error', error ? `${error.ename}: ${error.evalue}` : 'the report of tests does not fit the end of the check');
  const passed = count('passed');
  if (passed === tests.length) return { status: 'passed', tests };
  if (passed > 0) return { status: 'partly', tests };
  return { status: count('failed') > 0 ? 'failed' : 'not attempted', tests };
}

function isReport(value: unknown): value is TestResult[] {
  const isResult = (test: Partial<TestResult> | null) => typeof test?.name === 'string' && ['passed', 'failed', 'not attempted'].includes(test.status ?? '');
  return Array.isArray(value) && value.length > 0 && value.every(isResult);
}
