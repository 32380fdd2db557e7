import assert from 'node:assert/strict';
import { key, random } from '../../src';
import { toGaps } from '../../src/codec';
import { predictedRate, smallestRate } from '../../src/measure';

/** Weights of which a part is kept. */
function pruned(n: number, density: number, name: string): Float32Array {
  const drawn = random.uniform(random.foldIn(key(1), name), n);
  return Float32Array.from(drawn, (value) => (value < density ? 1 + value : 0));
}

describe('the smallest rate by formula', () => {
  it('is the least of predictedRate over the widths of a gap', () => {
    for (const [density, clusters] of [[0.1, 32], [0.02, 16], [0.3, 64]]) {
      const weights = pruned(5000, density, String(density));
      const positions = Uint32Array.from(weights.keys()).filter((i) => weights[i] !== 0);
      const kept = positions.length;
      const rates = [1, 2, 3, 4, 5, 6, 7, 8].map((indexBits) => {
        const fillers = toGaps(positions, new Uint16Array(kept).fill(1), indexBits).codes.length - kept;
        return predictedRate({ weights: 5000, kept, fillers, weightBits: Math.log2(clusters), indexBits, clusters });
      });
      assert.ok(Math.abs(smallestRate(weights, clusters) - Math.min(...rates)) < 1e-12);
    }
  });

  it('takes a code for every weight where most are kept', () => {
    assert.equal(smallestRate(pruned(1000, 1.1, 'all'), 16), 4 / 32 + 16 / 1000);
    assert.equal(smallestRate(pruned(1000, 1.1, 'all')), 1);
  });
});
