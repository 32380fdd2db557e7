import assert from 'node:assert/strict';
import { amongTop, predictedClasses, confusion, errorsByBias, topErrors } from '../../src/measure';
import { integers, key, normal, split } from '../../src/random';

const [forLogits, forLabels] = split(key(1), 2);
const logits = normal(forLogits, 500 * 4);
const labels = integers(forLabels, 500, 4);

describe('answers, confusion and errors by bias', () => {
  it('the answer is the class of the largest logit, the first of equal ones', () => {
    assert.deepEqual([...predictedClasses(Float32Array.of(0, 2, 1, 5, 5, -1), 3)], [1, 0]);
    assert.throws(() => predictedClasses(new Float32Array(5), 3), /predictedClasses: the logits must be 3 for each image, of at most 256 classes, got 5 values/);
    assert.throws(() => predictedClasses(Float32Array.of(1, 2, NaN, 1), 2), /the logits of image 1 must be numbers, got NaN/);
  });

  it('the top errors are the images whose class has as many classes before it: larger logits, and earlier ones as large', () => {
    const three = Float32Array.of(0, 2, 1, 5, 5, -1, 1, 1, 1);
    assert.deepEqual([1, 2, 3].map((most) => topErrors(three, [2, 1, 0], most)), [2, 0, 0]);
    assert.deepEqual([1, 2].map((most) => amongTop(three, [2, 1, 0], most)), [[false, false, true], [true, true, true]]);
    const given = predictedClasses(logits, 4);
    assert.equal(topErrors(logits, labels, 1), labels.filter((label, i) => label !== given[i]).length);
    assert.equal(topErrors(logits, labels, 4), 0);
    assert.throws(() => topErrors(new Float32Array(5), [0, 1], 1), /amongTop: there must be as many logits for each of the 2 labels, got 5/);
    for (const label of [2, -1, 0.5]) assert.throws(() => amongTop(Float32Array.of(1, 2), [label], 1), new RegExp(`labels must be from 0 to 1, got ${label} of image 0`));
    assert.throws(() => amongTop(Float32Array.of(1, 2), [0], 0), /most must be a whole number from 1, got 0/);
    assert.throws(() => topErrors(Float32Array.of(1, NaN), [0], 1), /the logits of image 0 must be numbers, got NaN/);
  });

  it('the confusion has every image once, and the right ones on its diagonal', () => {
    const given = predictedClasses(logits, 4);
    const counts = confusion(labels, given, 4);
    assert.equal(counts.flat().reduce((sum, count) => sum + count), 500);
    assert.deepEqual(counts.map((row) => row.reduce((sum, count) => sum + count)), [0, 1, 2, 3].map((c) => labels.filter((label) => label === c).length));
    assert.equal(counts.reduce((sum, row, c) => sum + row[c], 0), labels.filter((label, i) => label === given[i]).length);
    assert.throws(() => confusion([1, 2], [1], 3), /an answer for each of the 2 labels, got 1/);
  });

  it('errors by bias are those of the answers to logits that were raised', () => {
    const offsets = [-2, -0.3, 0, 0.7, 3];
    const expected = offsets.map((offset) => {
      const given = predictedClasses(logits.map((logit, i) => (i % 4 === 1 || i % 4 === 2 ? logit + offset : logit)), 4);
      return labels.filter((label, i) => label !== given[i]).length;
    });
    assert.deepEqual(errorsByBias(logits, labels, [1, 2], offsets), expected);
    assert.throws(() => errorsByBias(logits, labels, [0, 1, 2, 3], [0]), /some of the 4 classes must be chosen and not all/);
    assert.throws(() => errorsByBias(new Float32Array(7), [1, 2], [0], [0]), /as many logits for each of the 2 labels, got 7/);
  });
});
