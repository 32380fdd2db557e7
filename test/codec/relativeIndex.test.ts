import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromGaps, toGaps } from '../../src/codec';
import { countGaps } from '../../src/codec/relativeIndex';

describe('relative index', () => {
  it('is that of Han et al. 2016, Fig. 2: 3 bits, a filler where the step would exceed 8', () => {
    // Weights at 1, 4 and 15; the figure's steps from one entry to the next are 3, 8 (filler) and 3: gaps of 2, 7 and 2 zeros.
    const { gaps, codes } = toGaps(Uint32Array.of(1, 4, 15), Uint16Array.of(3, 1, 2), 3);
    assert.deepEqual([...gaps], [1, 2, 7, 2]);
    assert.deepEqual([...codes], [3, 1, 0, 2]);
    assert.deepEqual([...fromGaps(gaps, 16)], [1, 4, 12, 15]);
  });

  it('gives back the positions at every width', () => {
    const anyPositions = fc.uniqueArray(fc.nat({ max: 3000 }), { maxLength: 60 }).map((positions) => Uint32Array.from(positions).sort());
    fc.assert(
      fc.property(anyPositions, fc.integer({ min: 0, max: 8 }), (positions, width) => {
        const entries = toGaps(positions, new Uint16Array(positions.length).fill(1), width);
        const { frequencies, fillers } = countGaps(positions, width);
        assert.equal(entries.gaps.length, positions.length + fillers);
        frequencies.forEach((count, gap) => assert.equal(entries.gaps.filter((other) => other === gap).length, count));
        assert.deepEqual(fromGaps(entries.gaps, 3001).filter((_, i) => entries.codes[i] === 1), positions);
        assert.ok(entries.gaps.every((gap, i) => entries.codes[i] === 1 || gap === 2 ** width - 1));
      }),
    );
  });

  it('at width 0 stores every zero', () => {
    const { gaps, codes } = toGaps(Uint32Array.of(0, 3), Uint16Array.of(1, 1), 0);
    assert.deepEqual([...gaps], [0, 0, 0, 0]);
    assert.deepEqual([...codes], [1, 0, 0, 1]);
  });

  it('refuses a position beyond the end', () => {
    assert.throws(() => fromGaps(Uint8Array.of(3, 4), 8), /below 8, got 8/);
  });
});
