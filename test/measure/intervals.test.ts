import assert from 'node:assert/strict';
import { mcnemar, wilson } from '../../src/measure';
import { key, uniform } from '../../src/random';

const near = (found: number, expected: number, within: number) => assert.ok(Math.abs(found - expected) < within, `${found}, expected ${expected}`);

describe('wilson', () => {
  it('ends at the accuracies from which 30 of 42 lie just 1.96 standard deviations away', () => {
    const { low, high } = wilson(30, 42);
    for (const end of [low, high]) near(((30 / 42 - end) / Math.sqrt((end * (1 - end)) / 42)) ** 2, 1.959963984540054 ** 2, 1e-9);
    assert.ok(low < 30 / 42 && high > 30 / 42);
  });

  it('of 0 of 10 goes from 0 to 0.2775, of 10 of 10 the other way round', () => {
    assert.equal(wilson(0, 10).low, 0);
    near(wilson(0, 10).high, 0.2775, 5e-5);
    assert.equal(wilson(10, 10).high, 1);
    near(wilson(10, 10).low, 1 - 0.2775, 5e-5);
  });

  it('holds the true accuracy in about 95 of 100 draws', () => {
    const draws = uniform(key(1), 2000 * 200);
    for (const accuracy of [0.03, 0.5, 0.8]) {
      let held = 0;
      for (let i = 0; i < 2000; i++) {
        const { low, high } = wilson(draws.subarray(200 * i, 200 * (i + 1)).filter((draw) => draw < accuracy).length, 200);
        held += Number(low <= accuracy && accuracy <= high);
      }
      near(held / 2000, 0.95, 0.025);
    }
  });

  it('refuses counts that cannot be', () => {
    for (const [right, count] of [[-1, 10], [11, 10], [1.5, 10], [0, 0]]) assert.throws(() => wilson(right, count), new RegExp(`got ${right} of ${count}`));
  });
});

describe('mcnemar', () => {
  const answers = (both: number, first: number, second: number, neither: number) => {
    const of = (one: boolean[]) => [...Array<boolean>(both).fill(true), ...one, ...Array<boolean>(neither).fill(false)];
    return [of([...Array<boolean>(first).fill(true), ...Array<boolean>(second).fill(false)]), of([...Array<boolean>(first).fill(false), ...Array<boolean>(second).fill(true)])] as const;
  };

  it('is the two tails of tossed coins: 1 of 6 heads or less, 5 or more, is (1 + 6) / 64 twice', () => {
    assert.deepEqual({ ...mcnemar(...answers(20, 1, 5, 4)), p: 0 }, { first: 1, second: 5, p: 0 });
    near(mcnemar(...answers(20, 1, 5, 4)).p, 14 / 64, 1e-12);
    near(mcnemar(...answers(0, 5, 1, 100)).p, 14 / 64, 1e-12);
    near(mcnemar(...answers(3, 0, 10, 0)).p, 2 / 1024, 1e-12);
  });

  it('is 1 where they differ on as many, or on none', () => {
    assert.equal(mcnemar(...answers(5, 7, 7, 5)).p, 1);
    assert.equal(mcnemar(...answers(5, 0, 0, 5)).p, 1);
  });

  it('is a number for many images, too', () => {
    const { p } = mcnemar(...answers(0, 4800, 5200, 0));
    near(p, 2 * 0.00003305, 4e-6); // by the normal distribution with a correction of 1/2: z = 3.99
  });

  it('refuses answers to other images', () => assert.throws(() => mcnemar([true], [true, false]), /got 1 and 2/));
});
