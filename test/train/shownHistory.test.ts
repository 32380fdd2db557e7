import assert from 'node:assert/strict';
import { mimeBundle } from '../../kernel/values';
import { shownShort } from '../../src/train/history';

describe('a history as the last value of a cell', () => {
  const history = (epochs: number) => shownShort(Array.from({ length: epochs }, (_, i) => ({ epoch: i + 1, loss: 1 / (i + 1), validation: { loss: 1, errors: 7, count: 20, error: 0.35 } })));

  it('is a short table of the first epoch, the last, and some between', async () => {
    const { 'text/plain': text, 'text/html': html } = (await mimeBundle(history(60))) as Record<string, string>;
    const [head, , ...rows] = text.split('\n');
    assert.equal(head.replace(/ {2,}/g, ' | '), 'epoch | loss | validation loss | validation errors | validation count | validation error (%)');
    assert.deepEqual(rows.map((row) => Number.parseInt(row, 10)), [1, 6, 12, 17, 22, 28, 33, 39, 44, 49, 55, 60]);
    assert.match(rows[11], / 60 +0\.01667 +1 +7 +20 +35$/);
    assert.match(html, /^<table>/);
    assert.equal(((await mimeBundle(history(1)))['text/plain'] as string).split('\n').length, 3);
  });

  it('is else the list that it was', () => {
    assert.deepEqual(history(2), [...history(2)]);
    assert.equal(JSON.stringify(history(1)), '[{"epoch":1,"loss":1,"validation":{"loss":1,"errors":7,"count":20,"error":0.35}}]');
  });
});
