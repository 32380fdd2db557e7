import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bufferOf, open } from '../engine/runtime';
import { key, uniform } from '../random';
import { checkOptions, described, progress, sizeOf, threadsNow } from '../system';

/** How long a net takes for a batch of images. */
export interface Latency {
  net: string;
  /** Images a run. */
  batch: number;
  threads: number;
  /** Milliseconds a run: half of the runs took no longer. */
  median: number;
  /** Milliseconds a run: 95 of 100 runs took no longer. */
  p95: number;
  /** Bytes by which a process of its own grew while it read the net and ran it: the most that was seen, after reading and after each run. */
  peakMemory: number;
}

/** @throws RangeError for what is no whole number from 1 */
export function checkNumbers(caller: string, numbers: Record<string, number>): void {
  for (const [name, value] of Object.entries(numbers)) if (!Number.isInteger(value) || value < 1) throw new RangeError(`${caller}: ${name} must be a whole number from 1, got ${value}`);
}

/** Runs that are not counted: the runtime makes room for its tensors in them. */
const WARM_UP = 3;

/** The value that a fraction of all lies at or below. */
const quantile = (sorted: readonly number[], fraction: number): number => sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)];

/** The median and the 95th percentile of times, in their unit. */
export function timesOf(times: readonly number[]): Pick<Latency, 'median' | 'p95'> {
  const sorted = [...times].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}

/**
 * How long nets take, run by ONNX Runtime: all are warmed up, then each runs once in turn, `runs` times over, so that what else the machine does falls on all alike; a small net finds its weights driven out of the caches by a large one, as in a program that does other work between. Images are drawn evenly in 0 to 1; what a net takes does not depend on them. Peak memory is of a process for each net.
 *
 * @param nets ONNX files: `exportOnnx(model, file).bytes`, `(await exportInt8(...)).bytes`, of one input `[batch, ...shape]`
 * @param options `batch`: images a run, 1 if left out; `threads`: all cores if left out, or as many as SQUEEZELAB_THREADS says; `runs`: 50 if left out
 * @returns one for each net, in their order
 * @throws RangeError when a number is no whole one from 1; Error when a file is no ONNX file, or takes another batch
 */
export async function latency(nets: Record<string, Uint8Array>, options: { batch?: number; threads?: number; runs?: number } = {}): Promise<Latency[]> {
  checkOptions('latency', options, ['batch', 'threads', 'runs']);
  const { batch = 1, threads = threadsNow(), runs = 50 } = options;
  checkNumbers('latency', { batch, threads, runs });
  for (const [net, onnx] of Object.entries(nets)) if (!(onnx instanceof Uint8Array)) throw new TypeError(`latency: ${net} must be the bytes of an ONNX file, got ${described(onnx)}; exportOnnx(model, file).bytes, or (await exportInt8(...)).bytes`);
  const ready: ({ net: string; onnx: Uint8Array; times: number[] } & Awaited<ReturnType<typeof runner>>)[] = [];
  const shown = progress(`${runs} runs of ${Object.keys(nets).length} nets`, runs + WARM_UP, 'measurements');
  try {
    for (const [net, onnx] of Object.entries(nets)) ready.push({ net, onnx, times: [], ...(await runner(onnx, batch, threads)) });
    for (let run = -WARM_UP; run < runs; run++) {
      for (const { once, times } of ready) {
        const start = performance.now();
        await once();
        if (run >= 0) times.push(performance.now() - start);
      }
      shown.update(run + WARM_UP + 1);
    }
  } finally {
    for (const { dispose } of ready) await dispose();
  }
  const rows: Latency[] = [];
  for (const { net, onnx, shape, times } of ready) rows.push({ net, batch, threads, ...timesOf(times), peakMemory: await peakMemory(onnx, shape, threads) });
  shown.end(rows.map(({ net, median }) => `${net} ${median.toFixed(1)} ms`).join(', '));
  return rows;
}

/** A net that runs on images drawn once. */
export async function runner(onnx: Uint8Array, batch: number, threads: number): Promise<{ shape: number[]; once: () => Promise<unknown>; dispose: () => Promise<void> }> {
  const session = await open(onnx, { threads });
  const [{ name, shape: lengths }] = session.takes;
  const shape = [batch, ...(lengths.slice(1) as number[])];
  const feeds = { [name]: bufferOf('float32', uniform(key(0), sizeOf(shape)), shape) };
  const isKnown = (lengths: readonly (number | string)[]): lengths is number[] => lengths.every((length) => typeof length === 'number');
  const fetches = Object.fromEntries(session.gives.map(({ name, shape }) => [name, isKnown(shape) ? bufferOf('float32', new Float32Array(sizeOf(shape)), shape) : null]));
  return { shape, once: () => session.run(feeds, fetches), dispose: () => session.dispose() };
}

async function peakMemory(onnx: Uint8Array, shape: readonly number[], threads: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'squeezelab-'));
  try {
    const file = join(folder, 'net.onnx');
    writeFileSync(file, onnx);
    const { stdout } = await promisify(execFile)(process.execPath, [join(__dirname, 'peakMemory.cjs'), file, String(threads), String(sizeOf(shape)), ...shape.map(String)]);
    return Number(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
