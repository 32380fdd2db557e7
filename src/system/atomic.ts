import { randomUUID } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, lstatSync, mkdirSync, openSync, readlinkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs';
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
  mkdirSync(dirname(target), { recursive: true });
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
    throw error;
  }
}

const statOf = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

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
