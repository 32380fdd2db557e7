import { createInterface } from 'node:readline';

/** So small that thousands of steps on one batch leave the net as it is in the middle of a training, not where all gradients vanish. */
export const rate = 1e-6;

/**
 * Answers each line, a number of steps, with the seconds that they took. The first answer, `ready` and the seconds that making the first step ready
 * took, says that the peer is ready; `memory` is answered with the most MiB that the process had. A call of `run` does `steps` steps.
 */
export async function serve(run: () => Promise<void>, { steps = 1, prepared }: { steps?: number; prepared: number }): Promise<void> {
  for (let i = 0; i < 3; i++) await run();
  console.log(`ready ${prepared}`);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'memory') {
      console.log(process.resourceUsage().maxRSS / 1024);
      continue;
    }
    await run();
    const start = performance.now();
    const runs = Math.ceil(Number(line) / steps);
    for (let i = 0; i < runs; i++) await run();
    console.log((((performance.now() - start) / 1000) * Number(line)) / (runs * steps));
  }
}
