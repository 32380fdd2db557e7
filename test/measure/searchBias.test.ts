import assert from 'node:assert/strict';
import { key, random } from '../../src';
import { errorsByBias, searchBias } from '../../src/measure';

describe('the search for a bias', () => {
  const labels = Array.from(random.integers(random.foldIn(key(1), 'labels'), 60, 3));
  const noise = random.normal(random.foldIn(key(1), 'noise'), 180);
  // Class 2 is missing: its logits are 4 too low.
  const logits = Float32Array.from(noise, (value, i) => value + 3 * Number(i % 3 === labels[Math.floor(i / 3)]) - 4 * Number(i % 3 === 2));

  it('finds the offset with the fewest errors, and counts them as errorsByBias does', () => {
    const found = searchBias({ logits, labels }, { logits, labels }, [2]);
    const curve = errorsByBias(logits, labels, [2], found.offsets);
    assert.deepEqual(found.searched, curve);
    assert.equal(found.after.errors, Math.min(...curve));
    assert.equal(found.before.errors, curve[found.offsets.indexOf(0)]);
    assert.ok(found.best > 2 && found.best < 6);
  });

  it('judges on other images than it searches', () => {
    const half = { logits: logits.subarray(0, 90), labels: labels.slice(0, 30) };
    const other = { logits: logits.subarray(90), labels: labels.slice(30) };
    const found = searchBias(half, other, [2]);
    assert.equal(found.after.errors, errorsByBias(other.logits, other.labels, [2], [found.best])[0]);
    assert.equal(found.before.onChosen, other.labels.filter((label, i) => label === 2 && found.before.answers[i] !== 2).length);
  });
});
