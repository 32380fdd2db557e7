import { crossEntropy } from '../../src/train';
import { compileSteps, imageStep, stepsOfRun } from '../../src/train/step';
import { images, labels, net, optimizer } from './peer';
import { rate, serve } from './serve';

/** The batch once for each step. */
const repeated = <T extends Float32Array | Int32Array>(values: T, steps: number): T => {
  const all = values.constructor as new (length: number) => T;
  const copies = new all(steps * values.length);
  for (let i = 0; i < steps; i++) copies.set(values, i * values.length);
  return copies;
};

async function main(): Promise<void> {
  const chosen = optimizer();
  const model = net.create();
  const start = performance.now();
  /** As many as `fit` gives to one run. */
  const step = imageStep(model, net.batch, crossEntropy);
  const steps = stepsOfRun(step.specs);
  const compiled = await compileSteps({ model, ...step, optimizer: chosen, counts: [steps] });
  const prepared = (performance.now() - start) / 1000;
  const [batches, rates] = [[repeated(images, steps), repeated(labels, steps)], repeated(Float32Array.of(chosen.rate(rate, 0)), steps)];
  await serve(async () => void (await compiled.run(batches, rates, [])), { steps, prepared });
}

void main();
