/** Thrown by long work that was stopped by Ctrl-C or a kill after it had put its state away. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs `work` with Ctrl-C and kill caught: `stopped()` turns true, and the work ends at the next safe point. */
export async function interruptible<T>(work: (stopped: () => boolean) => Promise<T>): Promise<T> {
  let stopped = false;
  const stop = () => void (stopped = true);
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    return await work(() => stopped);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}
