import assert from 'node:assert/strict';
import fc from 'fast-check';
import { foldIn, key, split } from '../../src/random';
import { threefry, type Key } from '../../src/random/key';

const hex = (words: Key) => words.map((word) => word.toString(16).padStart(8, '0')).join(' ');
const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('keys', () => {
  // Random123 1.14, tests/kat_vectors, the lines `threefry2x32 20`; jax tests/random_test.py checks its threefry2x32 with the same.
  it('are Threefry-2x32-20 of the Random123 known answers', () => {
    assert.equal(hex(threefry([0, 0], 0, 0)), '6b200159 99ba4efe');
    assert.equal(hex(threefry([0xffffffff, 0xffffffff], 0xffffffff, 0xffffffff)), '1cb996fc bb002be7');
    assert.equal(hex(threefry([0x13198a2e, 0x03707344], 0x243f6a88, 0x85a308d3)), 'c4923a9c 483df7a0');
  });

  it('use all 53 bits of a seed, and reject any other seed', () => {
    assert.deepEqual(key(1), [0, 1]);
    assert.deepEqual(key(2 ** 53 - 1), [2 ** 21 - 1, 2 ** 32 - 1]);
    for (const seed of [-1, 0.5, 2 ** 53, NaN]) assert.throws(() => key(seed), /whole number from 0 to 2\^53 - 1/);
  });

  it('split and fold into different ones', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const parent: Key = [a, b];
        const uses = [...split(parent, 20), ...[0, 1, 2].map((use) => foldIn(parent, use)), ...['', 'a', 'b', 'ab', 'ba'].map((use) => foldIn(parent, use)), parent];
        assert.equal(new Set(uses.map(hex)).size, uses.length);
      }),
    );
  });

  it('do not depend on how many are split off', () => {
    assert.deepEqual(split(key(3), 10).slice(0, 4), split(key(3), 4));
  });
});
