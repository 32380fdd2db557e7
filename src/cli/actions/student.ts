import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { readNotebook, writeNotebook } from '../../lab/notebook';
import { studentCopy } from '../../lab/student';
import { notebookPath } from '../options';
import { checkFolderAbove, UsageError } from '../usage';

/** Writes a copy for students and says where. */
export function writeStudentCopy(name: string, { out, force }: { out?: string; force?: boolean }): string {
  const path = notebookPath(name);
  const file = out ?? `${basename(path, '.ipynb')}.student.ipynb`;
  if (existsSync(file) && !force) throw new UsageError(`student: ${file} exists, and may be a student's work; name another file by --out, or replace it by --force`);
  if (resolve(file) === path) throw new UsageError('student: the copy must be another file than the original, which would lose its solutions; name one by --out');
  checkFolderAbove(file);
  writeNotebook(file, studentCopy(readNotebook(path), basename(path)));
  return `Wrote ${file}`;
}
