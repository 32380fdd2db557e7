import assert from 'node:assert/strict';
import { mlp } from '../../src/models';
import { key } from '../../src/random';

describe('mlp', () => {
  it('has a dense layer for each pair of units, ReLU between, dropout where a rate is given', () => {
    const model = mlp(key(1), [784, 1200, 1200, 10], { dropout: { input: 0.2, hidden: 0.5 } });
    assert.equal(model.countParams(), 784 * 1200 + 1200 * 1200 + 1200 * 10 + 2410);
    assert.deepEqual(model.layers.map(({ name }) => name).slice(-6), ['drop1', 'fc1', 'drop2', 'fc2', 'drop3', 'fc3']);
    assert.deepEqual(mlp(key(1), [4, 3, 2]).layers.map((layer) => (layer.getConfig() as { activation?: string }).activation).filter(Boolean), ['relu', 'linear']);
  });

  it('takes a rate of dropout for each hidden layer, and refuses too few', () => {
    const rates = mlp(key(1), [4, 3, 3, 2], { dropout: { input: 0, hidden: [0.5, 0.25] } }).layers.map((layer) => (layer.getConfig() as { rate?: number }).rate);
    assert.deepEqual(rates.filter(Boolean), [0.5, 0.25]);
    assert.throws(() => mlp(key(1), [4, 3, 3, 2], { dropout: { input: 0, hidden: [0.5] } }), /mlp: there must be a rate of dropout for each of the 2 hidden layers, got 1/);
  });

  it('refuses units without an output', () => assert.throws(() => mlp(key(1), [784]), /mlp: there must be units of an input and of an output, such as \[784, 100, 10\], got \[784\]/));
});
