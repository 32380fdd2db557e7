import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { progress, type Progress } from '../system';
import { checkedContents } from './contents';
import { setFolder, sources, type Source, type SourceFile } from './sources';
import { discard, transfer } from './transfer';

/**
 * Downloads the files of a set, `mnist`, into the data folder and returns their folder. A file that is there and whole is kept; a download that was
 * cut off goes on; a file gets its name only once the SHA-256 of its contents is right. Throws with what failed at each address.
 */
export async function download(name: string, { dataDir }: { dataDir?: string } = {}): Promise<string> {
  if (!Object.hasOwn(sources, name)) throw new Error(`download: the set must be one of ${Object.keys(sources).join(', ')}, got ${name}`);
  const folder = setFolder(name, dataDir);
  await downloadSource(sources[name], folder);
  return folder;
}

/** Downloads the files of any source into `folder`. */
export async function downloadSource({ addresses, files }: Source, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const file of files) await downloadFile(addresses, file, folder);
}

async function downloadFile(addresses: readonly string[], wanted: SourceFile, folder: string): Promise<void> {
  const path = join(folder, wanted.file);
  if (existsSync(path)) {
    const fault = faultOf(path, wanted);
    progress(wanted.file, 1).end(fault ? `the file here ${fault}; fetching it again` : 'already here, checked');
    if (!fault) return;
  }
  const part = `${path}.part`;
  const failures: string[] = [];
  for (const base of addresses) {
    const address = new URL(wanted.file, base).href;
    try {
      await fetchChecked(address, part, wanted);
      renameSync(part, path);
      return discard(part);
    } catch (error) {
      failures.push(`  ${address}: ${reason(error)}`);
    }
  }
  throw new Error(`download: one address must serve ${wanted.file}, but none did; try again, or put the file into ${folder} by hand\n${failures.join('\n')}`);
}

async function fetchChecked(address: string, part: string, wanted: SourceFile): Promise<void> {
  let bar: Progress | undefined;
  let size = '';
  try {
    await transfer(address, part, (done, total) => {
      bar ??= progress(wanted.file, total ?? wanted.bytes);
      size = `${(done / 1e6).toFixed(1)} MB`;
      bar.update(done, size);
    });
    const fault = faultOf(part, wanted);
    if (fault) {
      discard(part);
      throw new Error(`the file there ${fault}; removed`);
    }
    bar?.end(`${size}, checked`);
  } catch (error) {
    bar?.end(reason(error));
    throw error;
  }
}

/** What is wrong with the file at `path`, or undefined if its contents are accepted. */
function faultOf(path: string, wanted: SourceFile): string | undefined {
  try {
    checkedContents(readFileSync(path), wanted);
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
