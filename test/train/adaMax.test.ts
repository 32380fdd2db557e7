import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { foldIn, key, normal } from '../../src/random';
import { adaMax } from '../../src/train';

const STEPS = 12;
const START = normal(key(1), 5);
const GRADIENTS = Array.from({ length: STEPS }, (_, step) => normal(foldIn(key(2), step), 5));

/** The weights after all steps, at a rate of 0.1. */
function run(optimizer: ReturnType<typeof adaMax>): number[] {
  const w = tf.variable(tf.tensor1d(START));
  const updater = optimizer.create([w]);
  GRADIENTS.forEach((gradient, at) => tf.tidy(() => updater.update([tf.tensor1d(gradient)], [tf.scalar(optimizer.rate(0.1, at))])));
  return [...w.dataSync()];
}

/** In double precision, by Kingma & Ba's algorithm 2; `near` is what a factor becomes. */
const byHand = (beta1: number, beta2: number, near: (factor: number) => number): number[] =>
  [...START].map((start, i) => {
    let [w, m, u] = [start, 0, 0];
    GRADIENTS.forEach((gradient, at) => {
      m = beta1 * m + (1 - beta1) * gradient[i];
      u = Math.max(beta2 * u, Math.abs(gradient[i]));
      w -= near(0.1 / (1 - beta1 ** (at + 1))) * m * near(1 / u);
    });
    return w;
  });

const assertNear = (actual: number[], expected: number[]) => actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-5, `${value}, expected ${expected[i]}`));

describe('adaMax', () => {
  it('is Kingma & Ba 2015, algorithm 2', () => assertNear(run(adaMax()), byHand(0.9, 0.999, (factor) => factor)));

  it('shifts by the nearest powers of two (Courbariaux et al. 2016, algorithm 4)', () => {
    assertNear(run(adaMax({ beta1: 1 - 2 ** -3, beta2: 1 - 2 ** -10, shift: true })), byHand(1 - 2 ** -3, 1 - 2 ** -10, (factor) => 2 ** Math.round(Math.log2(factor))));
  });

  it('leaves a weight without gradients as it is', () => {
    const w = tf.variable(tf.tensor1d([2]));
    for (const shift of [false, true]) adaMax({ shift }).create([w]).update([tf.zeros([1])], [tf.scalar(1)]);
    assert.deepEqual([...w.dataSync()], [2]);
  });
});
