/** A training step of the word LSTM on drawn words, states tied from step to step, gradients clipped: through the step that `train` compiles. */
import { wordLstm } from '../../src/models';
import { integers, key } from '../../src/random';
import { sgd, wordTask } from '../../src/train';
import { compileSteps, stepsOfRun } from '../../src/train/step';
import { words } from '../nets';
import { rate, serve } from './serve';

async function main(): Promise<void> {
  const { batch, steps, vocabulary, units } = words;
  const model = wordLstm(key(0), { vocabulary, units });
  const start = performance.now();
  const specs = [{ shape: [steps, batch], dtype: 'int32' as const }, { shape: [steps * batch], dtype: 'int32' as const }];
  const count = stepsOfRun(specs);
  const compiled = await compileSteps({ model, specs, loss: wordTask(model, batch).loss, optimizer: sgd(), counts: [count], clipNorm: 5 });
  const prepared = (performance.now() - start) / 1000;
  const [now, next] = [1, 2].map((seed) => integers(key(seed), count * steps * batch, vocabulary));
  await serve(async () => void (await compiled.run([now, next], new Float32Array(count).fill(rate), [])), { steps: count, prepared });
}

void main();
