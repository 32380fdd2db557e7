import assert from 'node:assert/strict';
import { key, random } from '../../src';
import { symbolStatistics } from '../../src/measure';

describe('statistics of symbols', () => {
  it('are those of a stream that is worked by hand', () => {
    assert.deepEqual(symbolStatistics([0, 0, 1, 2], 4), { counts: [2, 1, 1, 0], lengths: [1, 2, 2, 0], fixed: 2, huffman: 1.5, entropy: 1.5 });
  });

  it('Huffman codes lie between the entropy and one bit above it', () => {
    for (const limit of [2, 5, 40]) {
      const { counts, huffman, entropy, fixed } = symbolStatistics(random.integers(key(limit), 1000, limit), limit);
      assert.equal(counts.reduce((sum, count) => sum + count, 0), 1000);
      assert.ok(entropy <= huffman && huffman < entropy + 1 && huffman <= fixed);
    }
  });
});
