import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fchmodSync, fsyncSync, lstatSync, mkdirSync, openSync, readlinkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';

const MOST_LINKS = 40;

/**
 * Writes a whole file or nothing: readers see the old content or the new, also after a kill or a power cut. A link is followed, and stays; a character device such as /dev/null gets the bytes.
 *
 * @throws Error for what is no file: a folder, a pipe, a socket, a disk
 */
export function writeAtomic(path: string, content: string | Uint8Array): void {
  if (/^\/(dev|proc)\//.test(path) && statSync(path, { throwIfNoEntry: false })?.isFIFO()) return writeFileSync(path, content); // /dev/stdout into a pipe
  const target = followed(path);
  const there = statOf(target);
  if (there?.isCharacterDevice()) return writeFileSync(target, content);
  if (there && !there.isFile()) throw new Error(`writeAtomic: ${path} must be a file to write, but is ${kindOf(there)}; name a file`);
  makeFolder(dirname(target));
  const partial = `${target}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const file = openSync(partial, 'wx', there?.mode); // a name of its own, whatever lies there; the mode of what it replaces
    try {
      if (there) fchmodSync(file, there.mode);
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    throw fileError(path, error);
  }
}

/** Makes a folder and those above it. (Node 20's own recursive `mkdir` never ends below /proc.) */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError(path, error); // another process may have been faster
  }
}

const ADVICE: Record<string, string> = {
  ENOSPC: 'the disk is full; make room, and run it again',
  EDQUOT: 'your share of the disk is full; make room, and run it again',
  EACCES: 'that is not allowed to you; choose a folder of your own, or change its permissions',
  EPERM: 'that is not allowed to you; choose a folder of your own, or change its permissions',
  EROFS: 'the disk is read-only; choose a folder on another',
  ENOENT: 'that place takes no files; choose another folder',
  ENOTDIR: 'what is above it is no folder; choose another',
};

/** An error of the file system with the file's name and what to do; any other error as it is. */
export function fileError(path: string, error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!Object.hasOwn(ADVICE, code)) return error;
  return Object.assign(new Error(`${path} cannot be written: ${ADVICE[code]} (${code})`, { cause: error }), { code });
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw fileError(path, error);
  }
}

/** Where a path's links end, whether something is there or not. */
function followed(path: string): string {
  let target = path;
  for (let links = 0; statOf(target)?.isSymbolicLink(); links++) {
    if (links === MOST_LINKS) throw new Error(`writeAtomic: ${path} must be a file to write, but is a circle of links; name a file`);
    target = resolve(realpathSync(dirname(target)), readlinkSync(target));
  }
  return target;
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}
