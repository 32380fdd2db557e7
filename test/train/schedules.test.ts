import assert from 'node:assert/strict';
import { constant, cosine, exponential, inverse, stepwise } from '../../src/train';

const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-12 * Math.max(1, Math.abs(expected)), `${actual}, expected ${expected}`);

describe('schedules', () => {
  it("inverse is Caffe's inv with the constants of its LeNet: base_lr 0.01, gamma 0.0001, power 0.75", () => {
    const rate = inverse(0.01);
    assert.equal(rate(0), 0.01);
    near(rate(1), 0.01 * (1 + 1e-4 * 10_000) ** -0.75);
    // examples/mnist logs 'Iteration 100, lr = 0.00992565' and 'Iteration 9900, lr = 0.00596843'
    assert.deepEqual([100, 9900].map((step) => rate(step / 10_000).toPrecision(6)), ['0.00992565', '0.00596843']);
    near(inverse(2, { steps: 6, gamma: 1, power: 1 })(0.5), 0.5);
  });

  it('cosine falls from the rate through its half to 0', () => {
    const rate = cosine(0.4);
    assert.deepEqual([rate(0), rate(1)], [0.4, 0]);
    near(rate(0.5), 0.2);
    near(rate(0.25), 0.2 * (1 + Math.SQRT1_2));
  });

  it('stepwise multiplies at each of its points', () => {
    const rate = stepwise(1, [0.1, 0.2], 0.5);
    assert.deepEqual([0, 0.09, 0.1, 0.19, 0.2, 0.99].map(rate), [1, 1, 0.5, 0.5, 0.25, 0.25]);
    near(stepwise(1, [1])(1), 0.1);
  });

  it('exponential falls by the same factor: 0.003 to 3e-7, 10^-1.2 of it every 300 of 1,000 epochs (Courbariaux et al. 2016)', () => {
    const rate = exponential(0.003, 3e-7);
    assert.equal(rate(0), 0.003);
    near(rate(1), 3e-7);
    near(rate(0.3) / rate(0), 10 ** -1.2);
  });

  it('constant is constant', () => {
    assert.deepEqual([0, 7, 1e6].map(constant(0.3)), [0.3, 0.3, 0.3]);
  });
});
