import { existsSync, readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkOptions, makeFolder, progress, type Progress, writeAtomic } from '../system';
import { checkedContents, uncompress } from './contents';
import { setFolder, sources, type Source, type SourceFile } from './sources';
import { untar } from './tar';
import { discard, transfer } from './transfer';

/**
 * Downloads the files of a set, `mnist`, into the data folder and returns their folder. A file that is there and whole is kept; a download that was
 * cut off goes on; a file gets its name only once the SHA-256 of its contents is right; an archive is unpacked once all its files are right, and not kept.
 * Throws with what failed at each address.
 */
export async function download(name: string, options: { dataDir?: string } = {}): Promise<string> {
  checkOptions('download', options, ['dataDir']);
  const { dataDir } = options;
  if (!Object.hasOwn(sources, name)) throw new Error(`download: the set must be one of ${Object.keys(sources).join(', ')}, got ${name}`);
  const folder = setFolder(name, dataDir);
  await downloadSource(sources[name], folder);
  return folder;
}

/** Downloads the files of any source into `folder`. */
export async function downloadSource({ addresses, archive, files }: Source, folder: string): Promise<void> {
  makeFolder(folder);
  if (archive) return fetchMissing(addresses, archive, files, folder, (part) => unpack(part, files, folder));
  for (const wanted of files) {
    await fetchMissing(addresses, wanted.file, [wanted], folder, (part) => {
      checkedContents(readFileSync(part), wanted);
      return () => renameSync(part, join(folder, wanted.file));
    });
  }
}

/** Checks a fetched file and returns what puts its contents in place; the error's message says what is wrong with the file. */
type Check = (part: string) => () => void;

/** Fetches the file `name`, which is or holds `files`, from the first address that serves what passes the check, unless all of them are there and whole. */
async function fetchMissing(addresses: readonly string[], name: string, files: readonly SourceFile[], folder: string, check: Check): Promise<void> {
  if (areWhole(name, files, folder)) return;
  if (addresses.length === 0) throw new Error(`download: no address of ${name} is known; data/README.md says where it is from. Put it into ${folder} by hand`);
  const part = join(folder, `${name}.part`);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const failures: string[] = [];
  for (const base of addresses) {
    const address = new URL(name, base).href;
    try {
      await fetchChecked(address, part, name, bytes, check);
      return discard(part);
    } catch (error) {
      failures.push(`  ${address}: ${reason(error)}`);
    }
  }
  throw new Error(`download: one address must serve ${name}, but none did; try again, or put it into ${folder} by hand, an archive unpacked\n${failures.join('\n')}`);
}

/** Whether the files lie in the folder, each with accepted contents; says so, or what is wrong with one that is there. */
function areWhole(name: string, files: readonly SourceFile[], folder: string): boolean {
  for (const wanted of files) {
    const path = [join(folder, wanted.file), join(folder, basename(wanted.file))].find((file) => existsSync(file)); // an archive's files may lie flat
    if (!path) return false;
    const fault = faultOf(() => checkedContents(readFileSync(path), wanted));
    if (fault) {
      progress(wanted.file, 1, 'files').end(`the file here ${fault}; fetching it again`);
      return false;
    }
  }
  progress(name, 1, 'files').end('already here, checked');
  return true;
}

async function fetchChecked(address: string, part: string, name: string, bytes: number, check: Check): Promise<void> {
  let bar: Progress | undefined;
  let size = '';
  try {
    await transfer(address, part, (done, total) => {
      bar ??= progress(name, total ?? bytes, 'files');
      size = `${(done / 1e6).toFixed(1)} MB`;
      bar.update(done, size);
    });
    let place = () => {};
    const fault = faultOf(() => (place = check(part)));
    if (fault) {
      discard(part);
      throw new Error(`the file there ${fault}; removed`);
    }
    place();
    bar?.end(`${size}, checked`);
  } catch (error) {
    bar?.end(reason(error));
    throw error;
  }
}

/** Checks the files in a tar.gz. */
function unpack(part: string, files: readonly SourceFile[], folder: string): () => void {
  const held = untar(uncompress(readFileSync(part)));
  const contents = files.map((wanted) => {
    const bytes = held.get(wanted.file);
    if (!bytes) throw new Error(`must hold ${wanted.file}, and does not`);
    const fault = faultOf(() => checkedContents(bytes, wanted));
    if (fault) throw new Error(`holds ${wanted.file}, which ${fault}`);
    return bytes;
  });
  return () => contents.forEach((bytes, i) => writeAtomic(join(folder, files[i].file), bytes));
}

/** What is wrong with a file, as the error of its check says, or undefined. */
function faultOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The message of an error, and of its cause: fetch says `fetch failed` and hides the reason there. */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message || (cause as NodeJS.ErrnoException).code})` : message;
}
