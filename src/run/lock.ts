import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileError } from '../system';
import { runFiles } from './folder';

/** Who runs in a folder. */
interface Holder {
  pid: number;
  /** When it began, as ISO 8601. */
  since: string;
}

/**
 * Takes a run's folder for this process and returns what gives it back. What a process that died left behind is taken over.
 *
 * @throws Error while another process runs there: which, and since when
 */
export function lockRun(folder: string): () => void {
  const { lock } = runFiles(folder);
  const holder = holderOf(folder);
  if (holder) throw new Error(`this run is under way already, in process ${holder.pid} since ${holder.since}; wait for its end, or name another folder by --out (if no such process runs, delete ${lock})`);
  rmSync(lock, { force: true });
  try {
    writeFileSync(lock, JSON.stringify({ pid: process.pid, since: new Date().toISOString() } satisfies Holder), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new Error('this run has just been begun by another process; wait for its end', { cause: error });
    throw fileError(lock, error);
  }
  return () => rmSync(lock, { force: true });
}

/** Who runs in a folder, if its process is alive. */
export function holderOf(folder: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(runFiles(folder).lock, 'utf8')) as Holder;
    return alive(holder.pid) && !isBefore(holder) ? holder : undefined;
  } catch {
    return undefined; // none, or cut short by a power cut
  }
}

/** A container that starts anew gives its processes the same numbers: the holder had ours, but before we began. */
const isBefore = ({ pid, since }: Holder): boolean => pid === process.pid && Date.parse(since) < Date.now() - process.uptime() * 1000;

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}
