import assert from 'node:assert/strict';
import { mnist } from '../../src/data';
import { lenet300 } from '../../src/models';
import { key } from '../../src/random';
import { fit } from '../../src/train';

describe('LeNet-300-100 on MNIST', () => {
  it('errs on less than 4% of the test set after two epochs, and the same key gives the same result', async () => {
    const { train, test } = await mnist();
    const run = () => fit(lenet300(key(1)), train, { key: key(2), epochs: 2, learningRate: 0.05, validation: test });
    const history = await run();
    assert.ok(history[1].validation!.error < 0.04, String(history[1].validation!.error));
    assert.deepEqual(await run(), history);
  });
});
