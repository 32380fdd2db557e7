import assert from 'node:assert/strict';
import { kernels, key, ledger, mlp, pack, parametrizeAll, prune, random, share } from '../../src';
import { toGaps } from '../../src/codec';
import { smallestRate } from '../../src/measure';

/** Weights of which a part is kept. */
const pruned = (n: number, density: number, name: string): Float32Array => random.uniform(random.foldIn(key(1), name), n).map((value) => (value < density ? 1 + value : 0));

describe('the smallest rate by formula', () => {
  it('is the size of codes, gaps, fillers and codebook at the best width of a gap', () => {
    for (const [density, clusters] of [[0.1, 32], [0.02, 16], [0.3, 64]]) {
      const weights = pruned(5000, density, String(density));
      const positions = Uint32Array.from(weights.keys()).filter((i) => weights[i] !== 0);
      const bits = [1, 2, 3, 4, 5, 6, 7, 8].map((width) => toGaps(positions, new Uint16Array(positions.length).fill(1), width).codes.length * (width + Math.log2(clusters)));
      assert.ok(Math.abs(smallestRate(weights, clusters) - (Math.min(...bits) + 32 * clusters) / (32 * 5000)) < 1e-12);
    }
  });

  it('takes a code for every weight where most are kept', () => {
    assert.equal(smallestRate(pruned(1000, 1.1, 'all'), 16), 4 / 32 + 16 / 1000);
    assert.equal(smallestRate(pruned(1000, 1.1, 'all')), 1);
  });

  it('is what the ledger of a file counts, with gaps of the best width', () => {
    const model = mlp(key(1), [100, 60, 10]);
    parametrizeAll(model, prune({ density: 0.1 }));
    parametrizeAll(model, share({ bits: 4 }));
    const files = [1, 2, 3, 4, 5, 6, 7, 8].map((indexBits) => ledger(pack(model, { indexBits })));
    for (const [i, { layer, weight }] of kernels(model).entries()) {
      const smallest = Math.min(...files.map((rows) => rows[i].rateQuantized));
      const values = weight.read().dataSync<'float32'>();
      const ours = smallestRate(values, 16);
      const order = 0.01 * smallest; // the file chooses the order of the weights
      const zero = 1 / values.length; // it does not write down the zero, which the formula counts
      assert.ok(Math.abs(ours - smallest) < order + zero, `${layer.name}: ${ours} by formula, ${smallest} of the file`);
    }
  });
});
