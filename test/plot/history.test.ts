import assert from 'node:assert/strict';
import { historyFrame, liveCurve } from '../../src/plot';

const HISTORY = [
  { epoch: 1, loss: 0.9, validation: { loss: 1, errors: 7, count: 20, error: 0.35 } },
  { epoch: 2, loss: 0.5, validation: { loss: 0.75, errors: 3, count: 20, error: 0.15 } },
];

describe("a training's history", () => {
  it('is a data frame with a row an epoch, whatever was validated', () => {
    const { columns, values } = historyFrame(HISTORY);
    assert.deepEqual(columns, ['epoch', 'loss', 'validation loss', 'validation errors', 'validation count', 'validation error']);
    assert.deepEqual(values, [[1, 0.9, 1, 7, 20, 0.35], [2, 0.5, 0.75, 3, 20, 0.15]]);
    assert.deepEqual(historyFrame([{ epoch: 1, loss: 2 }]).columns, ['epoch', 'loss']);
    liveCurve()(HISTORY, true); // outside a notebook it draws nothing
  });
});
