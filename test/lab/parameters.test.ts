import assert from 'node:assert/strict';
import { declaresParameter, injectParameters, otherThanDeclared, parametersOf, readParameters } from '../../src/lab/parameters';
import { notebookOf } from './drawn';

const cell = `
// What may be turned
let scale: 'smoke' | 'quick' | 'paper' = 'quick';
let seed = 1, seeds = 1;
let densities = { fc1: 0.08, 'conv/1': 2 / 4 };
let budgets: readonly number[] = [0.01, 0.02] as const;
let optimizer = 'sgd';
let long = false;
let stages = [{ epochs: 3 }];
let rate = Math.sqrt(2);
const fixed = 3;
function helper() { let inner = 1; return inner; }`;

const withParameters = () => {
  const notebook = notebookOf(cell, 'scale');
  notebook.cells[0].metadata.tags = ['parameters'];
  return notebook;
};
const read = (texts: Record<string, string>) => readParameters(withParameters(), texts);

describe('parameters', () => {
  it('are what the tagged cell declares by let, with what it gives them', () => {
    assert.deepEqual(Object.fromEntries(parametersOf(withParameters()).map(({ name, value }) => [name, value])), {
      scale: 'quick',
      seed: 1,
      seeds: 1,
      densities: { fc1: 0.08, 'conv/1': 0.5 },
      budgets: [0.01, 0.02],
      optimizer: 'sgd',
      long: false,
      stages: [{ epochs: 3 }],
      rate: undefined,
    });
    assert.ok(declaresParameter(withParameters(), 'seeds') && !declaresParameter(withParameters(), 'see'));
    assert.deepEqual(parametersOf(notebookOf('let seeds = 1;')), []);
  });

  it('are read from texts, each of the kind that the cell has', () => {
    const texts = { seeds: '5', 'densities.fc1': '.05', 'densities.conv/1': '1e-2', 'budgets.1': '0.5', optimizer: '3', long: 'true', stages: '[{ "epochs": 1 }, { "epochs": 2 }]', 'stages.0.epochs': '7', rate: 'any', scale: 'paper' };
    assert.deepEqual(read(texts), { seeds: 5, 'densities.fc1': 0.05, 'densities.conv/1': 0.01, 'budgets.1': 0.5, optimizer: '3', long: true, stages: [{ epochs: 1 }, { epochs: 2 }], 'stages.0.epochs': 7, rate: 'any', scale: 'paper' });
    for (const [path, text, message] of [
      ['seeds', 'many', /seeds must be a number, as in the notebook's parameter cell, got many/],
      ['long', '1', /long must be a boolean/],
      ['budgets', '0.1', /budgets must be a list/],
      ['budgets', '[0.1, "a"]', /budgets\.1 must be a number/],
      ['densities', '{ "fc1": 1 }', /densities must have fc1, conv\/1/],
      ['scale', 'big', /scale must be smoke or quick or paper, got big/],
      ['densities.fc2', '1', /densities has no parameter fc2; did you mean fc1; there are fc1, conv\/1/],
      ['budgets.2', '1', /budgets has no parameter 2.*; there are 0, 1/],
      ['seeds.x', '1', /seeds is 1 in the notebook and has no x to set/],
      ['sead', '1', /the notebook has no parameter sead; did you mean seed; there are scale, seed, seeds, densities/],
      ['fixed', '1', /no parameter fixed.*declared by "let"/],
      ['inner', '1', /no parameter inner/],
    ] as const) assert.throws(() => read({ [path]: text }), message);
    assert.throws(() => readParameters(notebookOf('let seeds = 1;'), { seeds: '5' }), /no cell of it is tagged "parameters"; tag one that declares "let seeds"/);
  });

  it('are assigned in a cell right after the tagged one, which a second run replaces', () => {
    const notebook = withParameters();
    const before = JSON.stringify(notebook.cells);
    injectParameters(notebook, { seed: 3 });
    injectParameters(notebook, { scale: 'paper', 'densities.fc1': 0.05, 'densities.conv/1': 1, 'stages.0.epochs': 2 });
    assert.deepEqual(notebook.cells.map(({ id, metadata }) => [id, metadata.tags]), [['c1', ['parameters']], ['injected-parameters', ['injected-parameters']], ['c2', undefined]]);
    assert.equal(notebook.cells[1].source, '// Parameters\nscale = "paper";\ndensities.fc1 = 0.05;\ndensities["conv/1"] = 1;\nstages[0].epochs = 2;');
    injectParameters(notebook, {});
    assert.equal(JSON.stringify(notebook.cells), before);
    assert.throws(() => injectParameters(notebook, { nothing: 5 }), /no parameter nothing/);
  });

  it('that are what the cell has anyway make no other run', () => {
    assert.deepEqual(otherThanDeclared(withParameters(), { seed: 1, seeds: 5, 'densities.fc1': 0.08, 'budgets.1': 0.03 }), { seeds: 5, 'budgets.1': 0.03 });
  });
});
