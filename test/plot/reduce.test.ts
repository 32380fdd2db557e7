import assert from 'node:assert/strict';
import fc from 'fast-check';
import { histogram, thin } from '../../src/plot';

const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 });

describe('histogram', () => {
  it('counts every value in range once, in the bin where it lies', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 20 }), (list, bins) => {
        const counts = histogram(list, { from: -1, to: 1, bins });
        assert.equal(counts.reduce((sum, count) => sum + count, 0), list.length);
        const below = list.filter((value) => value < -1 + 2 / bins && Math.floor(((value + 1) / 2) * bins) === 0).length;
        assert.ok(counts[0] >= below);
      }),
    );
  });

  it('takes both ends, and leaves out what is outside', () => {
    assert.deepEqual([...histogram([-2, 0, 0.49, 0.5, 1, 1.01, NaN], { from: 0, to: 1, bins: 2 })], [2, 2]);
  });
});

describe('thin', () => {
  it('keeps few, in order, with the ends, the lowest and the highest', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 4, max: 50 }), (list, count) => {
        const kept = thin(list, count);
        assert.ok(kept.length <= Math.max(count + 2, 2));
        assert.ok(kept.every((at, i) => i === 0 || at > kept[i - 1]));
        assert.equal(kept[0], 0);
        assert.equal(kept.at(-1), list.length - 1);
        for (const extreme of [Math.min(...list), Math.max(...list)]) assert.ok(kept.some((at) => list[at] === extreme));
      }),
    );
  });

  it('leaves a short list whole', () => assert.deepEqual(thin([5, 6, 7], 3), [0, 1, 2]));
});
