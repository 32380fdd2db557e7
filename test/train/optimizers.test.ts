import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../src/engine';
import { foldIn, key, normal } from '../../src/random';
import { adam, constant, inverse, type Optimizer, type Schedule, sgd } from '../../src/train';

const STEPS = 15;
const SIZE = 6;
const START = normal(key(1), SIZE);
/** A gradient for each step, whatever the weights are. */
const GRADIENTS = Array.from({ length: STEPS }, (_, step) => normal(foldIn(key(2), step), SIZE));

/** The weights after each step of an optimiser. */
async function run(optimizer: Optimizer, schedule: Schedule, gradients = GRADIENTS): Promise<number[][]> {
  const w = tf.variable(tf.tensor1d(START));
  const updater = optimizer.create([w]);
  const step = await compile((gradient, rate) => (updater.update([gradient], [rate]), { w }), [{ shape: [SIZE] }, { shape: [] }]);
  const weights: number[][] = [];
  for (const [at, gradient] of gradients.entries()) {
    const result = await step(gradient, Float32Array.of(optimizer.rate(schedule(at / STEPS), at)));
    weights.push([...result.w.dataSync()]);
  }
  return weights;
}

/** The same in float64, by a rule for one weight: `next(w, g, rate, t)` with t from 1. */
function byHand(rule: () => (w: number, g: number, rate: number, t: number) => number, schedule: Schedule, gradients = GRADIENTS): number[][] {
  const rules = Array.from({ length: SIZE }, rule);
  let w = [...START];
  return gradients.map((gradient, at) => (w = w.map((value, i) => rules[i](value, gradient[i], schedule(at / STEPS), at + 1))));
}

function assertNear(actual: number[][], expected: number[][], tolerance = 2e-6): void {
  actual.forEach((weights, step) => weights.forEach((w, i) => assert.ok(Math.abs(w - expected[step][i]) < tolerance, `step ${step}: ${w}, expected ${expected[step][i]}`)));
}

const largestDifference = (a: number[][], b: number[][]) => Math.max(...a.flatMap((weights, step) => weights.map((w, i) => Math.abs(w - b[step][i]))));

/** Caffe's SGDSolver and NesterovSolver: the velocity holds rates; with both of its kinds of regularization, L2 and L1. */
const caffe = (momentum: number, weightDecay: number, nesterov: boolean, l1Decay = 0) => () => {
  let v = 0;
  return (w: number, g: number, rate: number) => {
    const before = v;
    v = momentum * v + rate * (g + weightDecay * w + l1Decay * Math.sign(w));
    return w - (nesterov ? (1 + momentum) * v - momentum * before : v);
  };
};

/** torch.optim.SGD: the velocity holds gradients, and the rate multiplies all of it. */
const torch = (momentum: number, weightDecay: number, nesterov: boolean) => () => {
  let v = 0;
  return (w: number, gradient: number, rate: number) => {
    const g = gradient + weightDecay * w;
    v = momentum * v + g;
    return w - rate * (nesterov ? g + momentum * v : v);
  };
};

describe('sgd', () => {
  const falling = inverse(0.1, { steps: STEPS, gamma: 0.2 });
  for (const [momentum, weightDecay, nesterov] of [[0, 0, false], [0, 0.1, false], [0.9, 0, false], [0.9, 0.1, false], [0.9, 0, true], [0.5, 0.1, true]] as const) {
    it(`is Caffe's, momentum ${momentum}, weight decay ${weightDecay}${nesterov ? ', Nesterov' : ''}, and PyTorch's at a constant rate`, async () => {
      const optimizer = sgd({ momentum, weightDecay, nesterov });
      assertNear(await run(optimizer, falling), byHand(caffe(momentum, weightDecay, nesterov), falling));
      assertNear(await run(optimizer, constant(0.05)), byHand(torch(momentum, weightDecay, nesterov), constant(0.05)));
    });
  }

  it('takes the sign of a weight for L1, alone and with L2', async () => {
    for (const weightDecay of [0, 0.1])
      for (const nesterov of [false, true])
        assertNear(await run(sgd({ momentum: 0.9, weightDecay, nesterov, l1Decay: 0.02 }), falling), byHand(caffe(0.9, weightDecay, nesterov, 0.02), falling));
  });

  it("is not PyTorch's when the rate falls and there is momentum", async () => {
    assert.ok(largestDifference(await run(sgd({ momentum: 0.9 }), falling), byHand(torch(0.9, 0, false), falling)) > 0.01);
  });

  it('keeps no state without momentum', () => {
    const w = tf.variable(tf.zeros([3]));
    assert.deepEqual([sgd().create([w]), sgd({ momentum: 0.9 }).create([w]), adam().create([w])].map(({ state }) => state.length), [0, 1, 2]);
  });
});

describe('adam', () => {
  /** Kingma & Ba 2015, Algorithm 1; with `hat`, in the order of section 2's last paragraph, where epsilon is not corrected. */
  const kingma = ({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = {}, hat = false) => () => {
    let [m, v] = [0, 0];
    return (w: number, g: number, rate: number, t: number) => {
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      if (hat) return w - (((rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t)) * m) / (Math.sqrt(v) + epsilon);
      return w - (rate * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon);
    };
  };

  it('is Algorithm 1 of Kingma and Ba, for any betas and a changing rate', async () => {
    for (const options of [{}, { beta1: 0.5, beta2: 0.9 }, { beta1: 0, beta2: 0.99 }]) {
      const falling = inverse(0.05, { steps: STEPS, gamma: 0.2 });
      assertNear(await run(adam(options), falling), byHand(kingma(options), falling));
    }
  });

  it('takes a first step of the rate in size, whatever the gradients are (section 2.1)', async () => {
    const gradient = Float32Array.of(1, -1, 1e-3, -30, 1e4, 0);
    const [first] = await run(adam(), constant(0.01), [gradient]);
    first.forEach((w, i) => assert.ok(Math.abs(w - (START[i] - 0.01 * Math.sign(gradient[i]))) < 5e-6, `weight ${i}`));
  });

  it('adds epsilon in the order of section 2, so it counts where gradients are as small as it', async () => {
    const small = GRADIENTS.map((gradient) => gradient.map((value) => 1e-3 * value));
    const wide = { epsilon: 1e-3 };
    const weights = await run(adam(wide), constant(0.05), small);
    assertNear(weights, byHand(kingma(wide, true), constant(0.05), small));
    assert.ok(largestDifference(weights, byHand(kingma(wide), constant(0.05), small)) > 1e-3);
  });
});
