import { createInterface } from 'node:readline';
import { key, uniform } from '../../src/random';
import { adam, sgd, type Optimizer } from '../../src/train';
import { type Net, type NetName, nets, type OptimizerName } from '../nets';

/** So small that thousands of steps on one batch leave the net as it is in the middle of a training, not where all gradients vanish. */
export const rate = 1e-6;

const [, , name, optimizerName] = process.argv as [string, string, NetName, OptimizerName];

/** The net that the first argument names, and one batch for it. */
export const net: Net = nets[name];
export const images = uniform(key(1), net.shape.reduce((product, length) => product * length, net.batch));
export const labels = Int32Array.from({ length: net.batch }, (_, i) => i % 10);

const optimizers: Record<OptimizerName, () => Optimizer> = { sgd: () => sgd({ momentum: 0.9, weightDecay: 5e-4 }), adam: () => adam() };

/** The optimiser that the second argument names. */
export const optimizer = (): Optimizer => optimizers[optimizerName]();

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
