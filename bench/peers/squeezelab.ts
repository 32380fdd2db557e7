import { lenet300 } from '../../src/models';
import { key } from '../../src/random';
import { crossEntropy } from '../../src/train';
import { compileSteps } from '../../src/train/step';
import { batch, images, labels, optimizer, rate, serve } from './peer';

/** As many as `fit` gives to one run. */
const STEPS = 8;

/** The batch once for each step. */
const repeated = <T extends Float32Array | Int32Array>(values: T): T => {
  const all = values.constructor as new (length: number) => T;
  const copies = new all(STEPS * values.length);
  for (let i = 0; i < STEPS; i++) copies.set(values, i * values.length);
  return copies;
};

async function main(): Promise<void> {
  const chosen = optimizer();
  const steps = await compileSteps(lenet300(key(0)), batch, crossEntropy, chosen, [STEPS]);
  const [x, y, rates] = [repeated(images), repeated(labels), repeated(Float32Array.of(chosen.rate(rate, 0)))];
  await serve(async () => void (await steps.run(x, y, rates, [])), STEPS);
}

void main();
