import assert from 'node:assert/strict';
import { duration } from '../../src/system';

describe('duration', () => {
  it('says times as people do', () => {
    assert.equal(duration(0.4), '0 s');
    assert.equal(duration(59.4), '59 s');
    assert.equal(duration(59.6), '1 min 00 s');
    assert.equal(duration(200), '3 min 20 s');
  });
});
