import { randomInt } from 'node:crypto';
import { gradeFile, type Grade } from '../../lab/grade';
import type { Notebook } from '../../lab/notebook';
import { gradeCsv, gradeTable, printable } from '../../lab/gradeTable';
import { duration, writeAtomic } from '../../system';
import type { GradeFlags } from '../grade';
import { notebookPath } from '../options';
import { checkFolderAbove, UsageError } from '../usage';

/** Grades files, says so one by one, and prints the table; what was graded is kept when it is interrupted. Returns the exit code: 1 where a file could not be graded. */
export async function gradeFiles(files: readonly string[], { scale, timeout, variant = randomInt(1, 1_000_000), of, csv, json }: GradeFlags): Promise<number> {
  for (const file of [csv, json]) if (file) checkTable(file);
  const original = of === undefined ? undefined : notebookPath(of);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, onSignal);
  const grades: Grade[] = [];
  const originals = new Map<string, Notebook>(); // read once: a student's code could write over the file
  for (const [k, file] of files.entries()) {
    const start = performance.now();
    const grade = await gradeFile(file, { scale, timeout, variant, of: original, originals, signal: stop.signal });
    if (stop.signal.aborted) break;
    grades.push(grade);
    const result = grade.error === undefined ? `${grade.points} of ${grade.of} points, ${duration((performance.now() - start) / 1000)}` : `not graded: ${grade.error}`;
    console.error(printable(`[${k + 1}/${files.length}] ${file}: ${result}`));
    if (csv) writeAtomic(csv, gradeCsv(grades));
    if (json) writeAtomic(json, `${JSON.stringify({ variant, scale, timeout, grades }, null, 2)}\n`);
  }
  if (grades.length > 0) console.log(`${gradeTable(grades)}\n\nVariant ${variant}; the same again: --variant ${variant}`);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
  if (stop.signal.aborted) return 130;
  return grades.some(({ error }) => error !== undefined) ? 1 : 0;
}

/** `--csv handed-in/*.ipynb` would write over the first student's work. */
function checkTable(file: string): void {
  if (file.endsWith('.ipynb')) throw new UsageError(`grade: --csv and --json must name the file to write, got the notebook ${file}`);
  checkFolderAbove(file);
}
