import { createInterface } from 'node:readline';
import { key, uniform } from '../../src/random';
import { adam, sgd, type Optimizer } from '../../src/train';

/** What every peer trains: LeNet-300-100 on one batch of drawn pixels, again and again. */
export const batch = 128;
export const rate = 0.01;
export const images = uniform(key(1), batch * 784);
export const labels = Int32Array.from({ length: batch }, (_, i) => i % 10);

const optimizers: Record<string, () => Optimizer> = { sgd: () => sgd({ momentum: 0.9, weightDecay: 5e-4 }), adam: () => adam() };

/** The optimiser that the first argument names. */
export const optimizer = (): Optimizer => optimizers[process.argv[2]]();

/** Answers each line, a number of steps, with the seconds that they took; the first answer says that the peer is ready. */
export async function serve(step: () => Promise<void>): Promise<void> {
  for (let i = 0; i < 3; i++) await step();
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    const start = performance.now();
    for (let i = 0; i < Number(line); i++) await step();
    console.log((performance.now() - start) / 1000);
  }
}
