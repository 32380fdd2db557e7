import assert from 'node:assert/strict';
import { duration, progress } from '../../src/system';

describe('duration', () => {
  it('says times as people do', () => {
    assert.equal(duration(0.4), '0 s');
    assert.equal(duration(59.4), '59 s');
    assert.equal(duration(59.6), '1 min 00 s');
    assert.equal(duration(200), '3 min 20 s');
  });
});

describe('progress in a notebook', () => {
  const [BROADCAST, CELL] = ['Jupyter.broadcast', 'Jupyter.cell'].map((name) => Symbol.for(name));
  let shown: [type: string, text: string, id: string][];
  const lines = () => shown.map(([, text]) => text);
  const begin = (): AbortController => {
    const end = new AbortController();
    Object.defineProperty(globalThis, CELL, { value: { signal: end.signal }, configurable: true });
    return end;
  };
  beforeEach(() => {
    shown = [];
    const value = (type: string, { data, transient }: { data: { 'text/plain': string }; transient: { display_id: string } }) => shown.push([type, data['text/plain'], transient.display_id]);
    Object.defineProperty(globalThis, BROADCAST, { value, configurable: true });
    begin();
  });
  afterEach(() => {
    for (const name of [BROADCAST, CELL]) Reflect.deleteProperty(globalThis, name);
  });

  it('is one line for all that run in a cell, which ends with their number', () => {
    for (const seed of [1, 2, 3]) {
      const bar = progress(`seed ${seed}`, 10, 'trainings');
      bar.update(4, 'epoch 1/3 · loss 0.02');
      bar.end('epoch 3/3 · loss 0.01');
    }
    assert.match(lines()[0], /^seed 1 40% · epoch 1\/3 · loss 0\.02 · \d+ s left$/);
    assert.equal(lines()[1], 'seed 1 · epoch 3/3 · loss 0.01');
    assert.equal(lines().at(-1), '3 trainings · the last: seed 3 · epoch 3/3 · loss 0.01');
    assert.deepEqual(shown.map(([type]) => type), ['display_data', ...Array<string>(shown.length - 1).fill('update_display_data')]);
    assert.equal(new Set(shown.map(([, , id]) => id)).size, 1);
  });

  it('calls what differs in kind tasks', () => {
    progress('reading', 1, 'files').end('done');
    progress('training', 1, 'trainings').end('loss 1');
    assert.equal(lines().at(-1), '2 tasks · the last: training · loss 1');
  });

  it('is another line in another cell', () => {
    progress('a', 1).end('done');
    begin();
    progress('b', 1).end('done');
    assert.deepEqual(shown.map(([type, text]) => [type, text]), [['display_data', 'a · done'], ['display_data', 'b · done']]);
  });

  it('does not look as if it ran when its cell has ended', () => {
    const end = begin();
    progress('a', 10).update(3, 'loss 2');
    end.abort();
    assert.equal(lines().at(-1), 'a 30% · loss 2 · stopped');
    const other = begin();
    const bar = progress('b', 10);
    bar.update(3);
    bar.end('done');
    other.abort();
    assert.equal(lines().at(-1), 'b · done');
  });
});
