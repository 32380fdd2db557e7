/**
 * The training that tests stop, kill and resume: 6 epochs of 10 steps. Run as a program, it prints a line at each step,
 * slowly, and dies at the step in KILL_AT.
 */
import type * as tf from '@tensorflow/tfjs';
import { prune, share } from '../../src/compress';
import { key } from '../../src/random';
import { adam, fit, type FitOptions, type Optimizer } from '../../src/train';
import { parametrize } from '../../src/weights';
import { tinyModel, tinySplit } from '../models/tiny';

export const STEPS = 60;
export const SPLIT = tinySplit(key(11), 100);

export function compressed(): tf.Sequential {
  const model = tinyModel(key(12), { dropout: 0.3 });
  parametrize(model.layers[0], 'kernel', prune({ density: 0.5 }));
  parametrize(model.layers[2], 'kernel', share({ bits: 3 }));
  return model;
}

/** `seen` is called at each step, before it runs. */
export const options = (seen: (step: number) => void, optimizer: Optimizer = adam()): FitOptions => ({
  key: key(13),
  epochs: 6,
  batch: 10,
  optimizer: { ...optimizer, rate: (learningRate, step) => (seen(step), optimizer.rate(learningRate, step)) },
  learningRate: (progress) => 0.01 / (1 + (progress * STEPS) / 20),
  validation: tinySplit(key(14), 30),
  checkpoint: 'tiny',
});

/** Makes the clock jump a minute at each look, so that every step is saved; returns what sets it right again. */
export function hurryClock(): () => void {
  const now = performance.now.bind(performance);
  let minutes = 0;
  performance.now = () => 60_000 * ++minutes;
  return () => void (performance.now = now);
}

async function main(): Promise<void> {
  hurryClock();
  await fit(compressed(), SPLIT, options((step) => {
    console.log(`step ${step}`);
    if (step === Number(process.env.KILL_AT)) process.kill(process.pid, 'SIGKILL');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }));
}

if (require.main === module) main().catch((error: Error) => console.log(`${error.name}: ${error.message}`));
