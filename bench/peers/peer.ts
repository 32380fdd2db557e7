import { createInterface } from 'node:readline';
import { key, uniform } from '../../src/random';
import { adam, sgd, type Optimizer } from '../../src/train';

/** What every peer trains: LeNet-300-100 on one batch of drawn pixels, again and again. */
export const batch = 128;
/** So small that thousands of steps on one batch leave the net as it is in the middle of a training, not where all gradients vanish. */
export const rate = 1e-6;
export const images = uniform(key(1), batch * 784);
export const labels = Int32Array.from({ length: batch }, (_, i) => i % 10);

const optimizers: Record<string, () => Optimizer> = { sgd: () => sgd({ momentum: 0.9, weightDecay: 5e-4 }), adam: () => adam() };

/** The optimiser that the first argument names. */
export const optimizer = (): Optimizer => optimizers[process.argv[2]]();

/**
 * Answers each line, a number of steps, with the seconds that they took; the first answer says that the peer is ready. A call
 * of `run` does `steps` of them.
 */
export async function serve(run: () => Promise<void>, steps = 1): Promise<void> {
  const warmUp = async () => {
    for (let i = 0; i < 3; i++) await run();
  };
  await warmUp();
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    await warmUp();
    const start = performance.now();
    const runs = Math.ceil(Number(line) / steps);
    for (let i = 0; i < runs; i++) await run();
    console.log((((performance.now() - start) / 1000) * Number(line)) / (runs * steps));
  }
}
