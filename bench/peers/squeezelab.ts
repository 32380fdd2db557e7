import { lenet300 } from '../../src/models';
import { key } from '../../src/random';
import { crossEntropy } from '../../src/train';
import { compileStep } from '../../src/train/step';
import { batch, images, labels, optimizer, rate, serve } from './peer';

async function main(): Promise<void> {
  const chosen = optimizer();
  const step = await compileStep(lenet300(key(0)), batch, crossEntropy, chosen);
  await serve(async () => void (await step.run(images, labels, chosen.rate(rate, 0), [])));
}

void main();
