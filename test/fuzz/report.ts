import { FormatError } from '../../src/codec';
import { begin } from './watchdog';

export interface FuzzReport {
  /** Forged so well that they are files of their own. */
  accepted: number;
  refused: number;
  /** How often each check refused a file, by its message without names and numbers. */
  reasons: Record<string, number>;
  /** Milliseconds that the slowest file took. */
  slowest: number;
  /** MiB by which a single file raised the most that the process ever had. */
  hungriest: number;
}

const mostMemory = (): number => process.resourceUsage().maxRSS / 1024;

export const fuzzReport = (): FuzzReport => ({ accepted: 0, refused: 0, reasons: {}, slowest: 0, hungriest: 0 });

/** Counts what came of a file. What `read` throws must be a `FormatError` with an offset in the file; anything else is a fault. */
export async function readForged(report: FuzzReport, file: Uint8Array, read: () => unknown): Promise<void> {
  begin(file);
  const memory = mostMemory();
  const start = performance.now();
  try {
    await read();
    report.accepted++;
  } catch (error) {
    if (!(error instanceof FormatError && error.offset >= 0 && error.offset <= file.length)) throw new Error(`fuzz: a file must be read or refused: ${Buffer.from(file).toString('hex')}`, { cause: error });
    report.refused++;
    const reason = error.message.replace(/ \(at byte \d+\)$/, '').replace(/ '[^']*'/g, " '…'").replace(/-?\d[\d.]*/g, 'n').replace(/\s+/g, ' ').slice(0, 140);
    report.reasons[reason] = (report.reasons[reason] ?? 0) + 1;
  }
  report.slowest = Math.max(report.slowest, performance.now() - start);
  report.hungriest = Math.max(report.hungriest, mostMemory() - memory);
}
