/** A training step of the word LSTM on drawn words, states tied from step to step, gradients clipped: through the step that `train` compiles. */
import { integers, key } from '../../src/random';
import { compileSteps, stepsOfRun } from '../../src/train/step';
import { words, wordStep } from '../nets';
import { rate, serve } from './serve';

async function main(): Promise<void> {
  const start = performance.now();
  const step = wordStep();
  const count = stepsOfRun(step.specs);
  const compiled = await compileSteps({ ...step, counts: [count] });
  const prepared = (performance.now() - start) / 1000;
  const [now, next] = [1, 2].map((seed) => integers(key(seed), count * words.steps * words.batch, words.vocabulary));
  await serve(async () => void (await compiled.run([now, next], new Float32Array(count).fill(rate), [])), { steps: count, prepared });
}

void main();
