import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../system';
import { projectPath } from './folder';

const git = (...args: string[]) => execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });

/** The files that differ from the last commit, as `git status --porcelain` lists them; undefined outside a git checkout. */
export function changedFiles(): string[] | undefined {
  try {
    return git('status', '--porcelain', '--untracked-files=all').split('\n').filter(Boolean);
  } catch {
    return undefined;
  }
}

/** The commit of the sources; null outside a git checkout. */
export function commitOf(): string | null {
  try {
    return git('rev-parse', 'HEAD').trim();
  } catch {
    return null;
  }
}

/** What `record` writes itself: another record beside this one may have. */
const RECORDED = /^.. (notebooks\/[^/]+\.ipynb|results\/[^/]+\.json)$/;

/**
 * A recorded result must be traceable to a commit: everything is committed, but for what other records wrote, and the notebook has the cells of the last commit.
 *
 * @throws Error that says what differs
 */
export function checkCommitted(notebook: string): void {
  const changed = changedFiles();
  if (changed === undefined) throw new Error('record: the project must be a git checkout, so that the results can be traced to a commit');
  const others = changed.filter((line) => !RECORDED.test(line));
  if (others.length > 0) throw new Error(`record: every file must be committed first, so that the results can be traced to a commit, got\n${others.join('\n')}`);
  const path = projectPath(notebook);
  if (cellsOf(readFileSync(join(projectRoot, path), 'utf8')) !== committedCells(path)) throw new Error(`record: the cells of ${path} must be committed first, so that the results can be traced to a commit`);
}

function committedCells(path: string): string | undefined {
  try {
    return cellsOf(git('show', `HEAD:${path}`));
  } catch {
    return undefined; // it is not in the last commit
  }
}

/** The cells without their outputs and counts, and without the one that an earlier record may have left. */
function cellsOf(text: string): string {
  const { cells } = JSON.parse(text) as { cells: { cell_type: string; source: string | string[]; metadata: { tags?: string[] } }[] };
  const own = cells.filter(({ metadata }) => !metadata.tags?.includes('injected-parameters'));
  return JSON.stringify(own.map(({ cell_type, source, metadata }) => [cell_type, [source].flat().join(''), metadata.tags ?? []]));
}
