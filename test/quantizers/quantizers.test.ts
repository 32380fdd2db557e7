import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile, customGradient } from '../../src/engine';
import { initialStep, linear, lsq, roundHalfAway, roundStochastically, sign } from '../../src/quantizers';
import { foldIn, key, normal, uniform } from '../../src/random';

type Quantizer = (x: tf.Tensor) => tf.Tensor;

const X = normal(key(1), 120, { standardDeviation: 1.2 });
const DY = normal(key(2), 120);
const SHAPE = [3, 8, 5];
const valuesOf = (fn: Quantizer, values: ArrayLike<number>) => Array.from(tf.tidy(() => fn(tf.tensor1d(Float32Array.from(values))).dataSync()));

/** Values and, for a drawn gradient of the result, the gradients of what is given: op by op, and as a program. */
async function both(fn: (...x: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[], dy: tf.Tensor): Promise<number[][]> {
  const all = (...x: tf.Tensor[]) => [fn(...x), ...tf.grads(fn)(x, dy)];
  const opByOp = tf.tidy(() => all(...inputs).map((tensor) => Array.from(tensor.dataSync())));
  const program = await compile<Record<string, tf.Tensor>>((...x) => Object.fromEntries(all(...x).map((tensor, i) => [`r${i}`, tensor])), inputs);
  const results = Object.values(await program(...inputs)).map((tensor) => Array.from(tensor.dataSync()));
  await program.dispose();
  results.forEach((values, i) => values.forEach((value, k) => assert.ok(Object.is(value, opByOp[i][k]) || Math.abs(value - opByOp[i][k]) <= 1e-5 * Math.max(1, Math.abs(value)), `${i} at ${k}: ${value}, ${opByOp[i][k]} op by op`)));
  return opByOp;
}

/** The gradient of Σ dy f(x) by central differences, in double precision. */
const differences = (f: (x: number[]) => number[], at: ArrayLike<number>, dy: ArrayLike<number>, width = 1e-5) =>
  Array.from(at, (_, i) => {
    const moved = (by: number) => f(Array.from(at, (value, k) => (k === i ? value + by : value))).reduce((sum, value, k) => sum + dy[k] * value, 0);
    return (moved(width) - moved(-width)) / (2 * width);
  });

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-4): void {
  assert.equal(actual.length, expected.length);
  Array.from(expected).forEach((value, i) => assert.ok(Math.abs(actual[i] - value) <= tolerance * Math.max(1, Math.abs(value)), `${i}: ${actual[i]}, expected ${value}`));
}

const clip = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x));
/** Halves away from zero, in double precision. */
const round = (x: number) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);

describe('rounding', () => {
  it('takes halves away from zero, and leaves NaN', () => {
    assert.deepEqual(valuesOf(roundHalfAway, [0.5, -0.5, 1.5, -1.5, 2.5, 0.49, -0.49, 7, NaN]).map((value) => value + 0), [1, -1, 2, -2, 3, 0, 0, 7, NaN]);
  });

  it('is exact just below a half, and where float32 has no fraction', async () => {
    const belowHalf = 0.5 - 2 ** -25;
    const at = [belowHalf, -belowHalf, 1.5 - 2 ** -23, 2 ** 23 + 1, -(2 ** 23) - 1, 2 ** 24];
    const [values] = await both((x) => customGradient(x, roundHalfAway, (dy) => dy), [tf.tensor1d(at)], tf.ones([at.length]));
    assert.deepEqual(values.map((value) => value + 0), [0, 0, 1, 2 ** 23 + 1, -(2 ** 23) - 1, 2 ** 24]);
  });

  it('stochastically leaves whole numbers, whatever is drawn', () => {
    const whole = [0, 5, -3, 127, -32768];
    for (const draw of [0, 0.5, 1 - 2 ** -24, 1]) assert.deepEqual(valuesOf((x) => roundStochastically(x, tf.fill([5], draw)), whole), whole);
    assert.ok(Number.isNaN(valuesOf((x) => roundStochastically(x, tf.zeros([1])), [NaN])[0]));
  });

  it('stochastically gives x on average, one of its two neighbours each time', () => {
    const x = tf.fill([20_000], -1.3);
    const values = roundStochastically(x, tf.tensor1d(uniform(key(3), 20_000))).dataSync<'float32'>();
    assert.deepEqual(new Set(values), new Set([-1, -2]));
    assert.ok(Math.abs(values.reduce((sum, value) => sum + value / 20_000, 0) + 1.3) < 4 * Math.sqrt(0.21 / 20_000));
  });
});

describe('sign', () => {
  it('is never 0: +1 from 0 on, −1 below, and NaN stays', async () => {
    const at = [0, -0, 1e-30, -1e-30, 1e-45, -1e-45, 5, -5, Infinity, -Infinity, NaN];
    const signs = [1, 1, 1, -1, 1, -1, 1, -1, 1, -1, NaN];
    assert.deepEqual(valuesOf((x) => sign(x), at), signs);
    assert.deepEqual((await both((x) => sign(x), [tf.tensor1d(at)], tf.ones([at.length])))[0], signs);
  });

  it('has the gradient of clip(x, −1, 1), its ends included', async () => {
    const at = [-1.0001, -1, -0.3, 0, 0.9, 1, 1.0001];
    assertNear(tf.grad((x) => sign(x))(tf.tensor1d(at), tf.tensor1d([1, 2, 3, 4, 5, 6, 7])).dataSync(), [0, 2, 3, 4, 5, 6, 0]);
    const [, gradient] = await both((x) => sign(x), [tf.tensor(X, SHAPE)], tf.tensor(DY, SHAPE));
    assertNear(gradient, differences((x) => x.map((value) => clip(value, -1, 1)), X, DY));
  });

  it('of draws is +1 with the probability of the hard sigmoid', () => {
    for (const [x, p] of [[-2, 0], [-1, 0], [-0.5, 0.25], [0, 0.5], [0.6, 0.8], [1, 1]]) {
      const values = sign(tf.fill([10_000], x), tf.tensor1d(uniform(foldIn(key(4), String(x)), 10_000))).dataSync<'float32'>();
      const share = values.filter((value) => value === 1).length / 10_000;
      assert.ok(Math.abs(share - p) <= 4 * Math.sqrt((p * (1 - p)) / 10_000), `${share} of ${p}`);
      assert.ok(values.every((value) => Math.abs(value) === 1));
    }
  });
});

describe('linear', () => {
  for (let bits = 1; bits <= 8; bits++) {
    for (const symmetric of [true, false]) {
      if (symmetric && bits === 1) continue;
      for (const perChannel of [false, true]) {
        it(`at ${bits} bits, ${symmetric ? 'symmetric' : 'affine'}${perChannel ? ', by channels' : ''}: has so many values, zero among them, each x within half a step, and none changes again`, async () => {
          const quantize = (x: tf.Tensor) => linear(x, { bits, symmetric, perChannel });
          const [values, gradient] = await both(quantize, [tf.tensor(X, SHAPE)], tf.tensor(DY, SHAPE));
          assertNear(gradient, DY); // the range is that of x
          for (let channel = 0; channel < (perChannel ? 5 : 1); channel++) {
            const own = <T>(all: ArrayLike<T>) => Array.from(all).filter((_, i) => !perChannel || i % 5 === channel);
            const [x, q] = [own(X), own(values)];
            const [min, max] = [Math.min(...x, 0), Math.max(...x, 0)];
            const step = symmetric ? Math.max(-min, max) / (2 ** (bits - 1) - 1) : (max - min) / (2 ** bits - 1);
            const zero = symmetric ? 0 : round(-min / step);
            const expected = x.map((value) => (symmetric ? round(value / step) : clip(round(value / step) + zero, 0, 2 ** bits - 1) - zero) * step);
            assertNear(q, expected, 1e-5);
            assert.ok(new Set(q.map((value) => value.toFixed(4))).size <= (symmetric ? 2 ** bits - 1 : 2 ** bits));
            assert.ok(q.every((value, i) => Math.abs(value - x[i]) <= (symmetric || bits > 1 ? 1.01 : 2) * step));
            assert.equal(valuesOf((y) => linear(y, { bits, symmetric }), [...x, 0]).at(-1)! + 0, 0);
          }
          assertNear(tf.tidy(() => quantize(quantize(tf.tensor(X, SHAPE))).dataSync()), values, 1e-5);
        });
      }
    }
  }

  it('of a given range clips to it, its ends included in the gradient', () => {
    const at = tf.tensor1d([-3, -1, -0.6, 0, 0.99, 1, 3]);
    const options = { bits: 3, range: [-1, 1] as const };
    assertNear(linear(at, options).dataSync(), [-1, -1, -2 / 3, 0, 1, 1, 1]);
    assertNear(tf.grad((x) => linear(x, options))(at).dataSync(), [0, 1, 1, 1, 1, 1, 0]);
    const affine = { bits: 2, symmetric: false, range: [0, 3] as const };
    assertNear(linear(tf.tensor1d([-1, 0, 0.49, 0.5, 1.4, 2.5, 9]), affine).dataSync(), [0, 0, 0, 1, 1, 3, 3]);
    assertNear(tf.grad((x) => linear(x, affine))(tf.tensor1d([-1, 0, 3, 3.1])).dataSync(), [0, 1, 1, 0]);
  });

  it('of a given range for each channel clips each to its own', async () => {
    const [x, dy] = [tf.tensor(X, SHAPE), tf.tensor(DY, SHAPE)];
    const max = tf.tensor1d([0.3, 0.6, 1, 1.5, 9]);
    for (const symmetric of [true, false]) {
      const min = symmetric ? tf.neg(max) : tf.mul(max, -0.5);
      const [values, gradient] = await both((x) => linear(x, { bits: 3, symmetric, range: [min, max] }), [x], dy);
      for (let channel = 0; channel < 5; channel++) {
        const own = (all: ArrayLike<number>) => Float32Array.from(Array.from(all).filter((_, i) => i % 5 === channel));
        const range = [min.dataSync()[channel], max.dataSync()[channel]] as const;
        assertNear(own(values), valuesOf((x) => linear(x, { bits: 3, symmetric, range }), own(X)), 1e-6);
        assertNear(own(gradient), own(DY).map((dy, i) => dy * Number(own(X)[i] >= range[0] && own(X)[i] <= range[1])));
      }
    }
  });

  it('does not change again what lies on the grid of its range, drawn or not', () => {
    for (const symmetric of [true, false]) {
      const options = { bits: 8, symmetric, range: [-1, 3] as const };
      const grid = linear(tf.tensor1d(X), options);
      for (const draw of [undefined, 0.001, 0.999]) assert.deepEqual(linear(grid, options, draw === undefined ? draw : tf.fill([X.length], draw)).dataSync(), grid.dataSync());
    }
  });

  it('of draws gives x on average', () => {
    const draws = tf.tensor1d(uniform(key(5), 20_000));
    const values = linear(tf.fill([20_000], 0.3), { bits: 3, range: [-1, 1] }, draws).dataSync<'float32'>();
    assert.equal(new Set(values).size, 2);
    assert.ok(Math.abs(values.reduce((sum, value) => sum + value / 20_000, 0) - 0.3) < 0.01);
  });

  it('leaves zeros and NaN, and refuses what is no range', () => {
    assert.deepEqual(valuesOf((x) => linear(x, { bits: 4 }), [0, 0]).map((value) => value + 0), [0, 0]);
    assert.ok(valuesOf((x) => linear(x, { bits: 4 }), [1, NaN]).some(Number.isNaN));
    const x = tf.tensor1d([1]);
    for (const bits of [0, 1, 17, 2.5, NaN]) assert.throws(() => linear(x, { bits }), /linear: bits must be a whole number from 2 to 16, got/);
    assert.throws(() => linear(x, { bits: 0, symmetric: false }), /from 1 to 16/);
    for (const range of [[1, 2], [0, 0], [0, Infinity], [-1, NaN], ['0', '4'], [0]]) {
      assert.throws(() => linear(x, { bits: 2, range: range as never }), /linear: the range must be two finite numbers, min to max, that hold 0 and more, got/);
    }
    assert.throws(() => linear(x, { bits: 2, range: [-1, 1], perChannel: true }), /linear: .* leave perChannel out/);
  });
});

describe('lsq', () => {
  for (const [bits, signed, s] of [[2, true, 0.7], [3, true, 0.4], [4, true, 0.1], [8, true, 0.02], [1, false, 0.9], [2, false, 0.5], [4, false, 0.15]] as const) {
    it(`at ${bits} bits, ${signed ? 'signed' : 'unsigned'}: values, and gradients by differences of what rounding adds held constant`, async () => {
      const [below, above] = signed ? [2 ** (bits - 1), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
      const [values, ofX, ofStep] = await both((x, step) => lsq(x, step, { bits, signed }), [tf.tensor(X, SHAPE), tf.scalar(s)], tf.tensor(DY, SHAPE));
      assertNear(values, Array.from(X, (x) => round(clip(x / s, -below, above)) * s), 1e-5);
      assertNear(tf.tidy(() => lsq(tf.tensor1d(values), tf.scalar(s), { bits, signed }).dataSync()), values, 1e-5);
      // x̂ = (clip(x / s) + residual) s, the residual held at its value.
      const residuals = Array.from(X, (x) => round(clip(x / s, -below, above)) - clip(x / s, -below, above));
      const surrogate = (x: ArrayLike<number>, s: number) => Array.from(x, (value, i) => (clip(value / s, -below, above) + residuals[i]) * s);
      assertNear(ofX, differences((x) => surrogate(x, s), X, DY));
      const wanted = (surrogate(X, s + 1e-6).reduce((sum, value, i) => sum + DY[i] * value, 0) - surrogate(X, s - 1e-6).reduce((sum, value, i) => sum + DY[i] * value, 0)) / 2e-6;
      assertNear(ofStep, [wanted / Math.sqrt(120 * above)], 1e-3);
    });
  }

  it("has at the ends of its range the paper's gradient of the step, and that of x", () => {
    const [ofX, ofStep] = tf.grads((x, s) => lsq(x, s, { bits: 2, count: 1 }))([tf.tensor1d([-2]), tf.scalar(1)]);
    assert.deepEqual([[...ofX.dataSync()], [...ofStep.dataSync()]], [[1], [-2]]);
    const [, above] = tf.grads((x, s) => lsq(x, s, { bits: 2, count: 4 }))([tf.tensor1d([1, 5]), tf.scalar(1)], tf.tensor1d([1, 10]));
    assert.deepEqual([...above.dataSync()], [5.5]);
  });

  it('starts at 2 ⟨|x|⟩ / √Qp, keeps a step from vanishing, and refuses no bits', () => {
    assert.ok(Math.abs(initialStep(tf.tensor1d([1, -3, 2]), { bits: 3 }).dataSync()[0] - 4 / Math.sqrt(3)) < 1e-6);
    for (const step of [-1, 0]) assert.deepEqual([...lsq(tf.tensor1d([1, 0, -1]), tf.scalar(step), { bits: 3 }).dataSync()].map((value) => Math.round(value * 1e8)), [3, 0, -4]);
    assert.ok(Number.isNaN(lsq(tf.tensor1d([NaN]), tf.scalar(1), { bits: 3 }).dataSync()[0]));
    assert.throws(() => lsq(tf.zeros([1]), tf.scalar(1), { bits: 1 }), /lsq: bits must be a whole number from 2 to 16, got 1/);
  });
});
