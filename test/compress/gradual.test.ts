import assert from 'node:assert/strict';
import { gradual, prune } from '../../src/compress';
import { key } from '../../src/random';
import { evaluate, fit } from '../../src/train';
import { kernels, parametrizeAll } from '../../src/weights';
import { captureStderr, tinyModel, tinySplit } from '../models/tiny';

const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}, expected ${expected}`);

describe('gradual pruning', () => {
  captureStderr();

  it("follows Zhu & Gupta's cubic: at its ends, at each of its points, and flat between them", () => {
    const [si, sf, t0, n, dt] = [0.2, 0.9, 0.1, 8, 0.1];
    const density = gradual({ from: 1 - si, to: 1 - sf, begin: t0, end: t0 + n * dt, updates: n });
    near(density(0), 1 - si);
    near(density(t0), 1 - si);
    near(density(t0 + n * dt), 1 - sf);
    near(density(1), 1 - sf);
    for (let i = 0; i <= n; i++) {
      const t = t0 + i * dt;
      near(1 - density(t), sf + (si - sf) * (1 - (t - t0) / (n * dt)) ** 3);
      if (i < n) near(density(t + 0.6 * dt), density(t));
    }
  });

  it('refuses what is no schedule', () => {
    for (const to of [0, -1, 1.5]) assert.throws(() => gradual({ to }), /gradual: the densities must fall within \(0, 1\]/);
    assert.throws(() => gradual({ from: 0.2, to: 0.5 }), /from 0.2 to 0.5/);
    assert.throws(() => gradual({ to: 0.5, begin: 0.5, end: 0.5 }), /gradual: it must begin and then end/);
    assert.throws(() => gradual({ to: 0.5, updates: 0 }), /gradual: updates must be a whole number from 1, got 0/);
  });

  it('cuts more and more in one training, to the density wanted, and never gives a weight back', async () => {
    const split = tinySplit(key(1), 100);
    const model = tinyModel(key(2));
    const schedule = gradual({ to: 0.2, begin: 0.1, end: 0.8, updates: 10 });
    const handles = Object.values(parametrizeAll(model, prune({ density: schedule })));
    const [first] = kernels(model);
    const kept: number[] = [];
    let before: number[] | undefined;
    await fit(model, split, {
      key: key(3),
      epochs: 10,
      batch: 10,
      learningRate: 0.05,
      onStep: ({ step }) => {
        const mask = [...handles[0].transform.mask.dataSync()];
        if (before) assert.ok(mask.every((one, i) => one <= before![i]), `step ${step}`);
        before = mask;
        const count = mask.reduce((sum, one) => sum + one);
        assert.equal(count, Math.round(96 * schedule(step / 100)), `step ${step}`);
        kept.push(count);
      },
    });
    assert.equal(kept[0], 96);
    assert.equal(new Set(kept).size, 10); // the last of eleven differs by less than a weight
    assert.equal(first.weight.read().dataSync<'float32'>().filter((value) => value !== 0).length, Math.round(0.2 * 96));
    assert.ok((await evaluate(model, split)).error < 0.1);
    assert.ok(handles[0].trained[0].dataSync<'float32'>().filter((value) => value !== 0).length === Math.round(0.2 * 96), 'what is stored is cut, too');
  });
});
