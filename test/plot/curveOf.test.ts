import assert from 'node:assert/strict';
import { ofSeeds } from '../../src/papers';
import { curveOf } from '../../src/plot';

describe('a curve over seeds', () => {
  it('is their mean with its standard deviation, or one seed alone', () => {
    assert.deepEqual(curveOf('error', [1, 2], [[1, 3], [5, 5]]), { name: 'error', x: [1, 2], mean: [2, 5], standardDeviation: [Math.SQRT2, 0] });
    assert.deepEqual(curveOf('error', Float32Array.of(1, 2), [[1], [5]]), { name: 'error', x: [1, 2], mean: [1, 5] });
    assert.deepEqual([ofSeeds(5), ofSeeds(1)], ['mean ± standard deviation of 5 seeds', 'one seed']);
  });

  it('takes the mean of places that differ between the seeds', () => {
    assert.deepEqual([...Array.from(curveOf('error', [100, [10, 20]], [[1, 3], [5, 5]]).x)], [100, 15]);
  });
});
