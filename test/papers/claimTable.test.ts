import assert from 'node:assert/strict';
import { claimSheet, claimTable, han2016, type PublishedTable } from '../../src/papers';

const context = { notebook: '01', scale: 'paper', data: { name: 'MNIST', real: true }, deviations: [] } as const;
const { table2, lenet5, alexnet } = han2016;

/** A ledger that measures what the table prints. */
const asPrinted = (table: PublishedTable) =>
  Object.entries(table).flatMap(([layer, row]) =>
    'rate' in row
      ? {
          layer: layer.replace('ip', 'fc'),
          weightBitsCoded: row.weightBitsHuffman.value,
          indexBitsCoded: row.indexBitsHuffman.value,
          rateQuantized: row.rate.value / 100,
          rateCoded: row.rateHuffman.value / 100,
        }
      : [],
  );

describe('the claims of a table', () => {
  it('are all held by a ledger of what is printed, one for each seed', () => {
    const { claims } = claimTable(claimSheet({ ...context, seeds: [1, 2] }), table2, [asPrinted(table2), asPrinted(table2)]);
    assert.equal(claims.length, 4 * 4 + 2);
    assert.deepEqual([...new Set(claims.map(({ verdict }) => verdict))], ['held']);
    assert.deepEqual(claims.slice(0, 4).map(({ quantity, measured, spread }) => [quantity, measured, spread]), [
      ['LeNet-300-100, ip1: weight bits (P+Q+H)', 4.4, 0],
      ['LeNet-300-100, ip1: index bits (P+Q+H)', 3.7, 0],
      ['LeNet-300-100, ip1: compress rate (P+Q)', 3.1, 0],
      ['LeNet-300-100, ip1: compress rate (P+Q+H)', 2.32, 0],
    ]);
    assert.deepEqual(claims.slice(-2).map(({ quantity, measured }) => [quantity, Math.round(measured)]), [
      ['LeNet-300-100, total: compression by P+Q', 32],
      ['LeNet-300-100, total: compression by P+Q+H', 40],
    ]);
  });

  it('carry the notes of their layer and quantity where they are missed, and none where they are held', () => {
    const ledger = asPrinted(table2).map((row) => (row.layer === 'fc1' ? { ...row, rateCoded: 0.05 } : row));
    const { claims } = claimTable(claimSheet({ ...context, seeds: [1] }), table2, [ledger], { fc1: { rateCoded: 'fillers', rateQuantized: 'held' }, total: { rateCoded: 'held' } });
    assert.deepEqual(claims.flatMap(({ quantity, verdict, note }) => (verdict === 'missed' || note ? [[quantity, note]] : [])), [
      ['LeNet-300-100, ip1: compress rate (P+Q+H)', 'fillers'],
      ['LeNet-300-100, total: weight bits (P+Q+H)', 'the printed total does not follow from the layers, whose mean by kept weights is 4.4'],
    ]);
  });

  it('can come of an account without seeds and without coded bits', () => {
    const account = asPrinted(alexnet.table4).map(({ layer, rateQuantized, rateCoded }) => ({ layer, rateQuantized, rateCoded }));
    const { claims } = claimTable(claimSheet({ ...context, seeds: [] }), alexnet.table4, account);
    assert.equal(claims.length, 2 * 9 + 2);
    assert.ok(claims.every(({ verdict, spread }) => verdict === 'held' && spread === null));
  });

  it('need every printed layer, and a ledger for each seed', () => {
    assert.throws(() => claimTable(claimSheet({ ...context, seeds: [1] }), lenet5.table3, [asPrinted(table2)]), /has no conv1; it has fc1, fc2, fc3, total/);
    assert.throws(() => claimTable(claimSheet({ ...context, seeds: [1, 2] }), table2, [asPrinted(table2)]), /one measurement for each of the 2 seeds, got 1/);
  });
});
