import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNotebook, writeNotebook, type CodeCell } from '../../src/lab/notebook';
import type { RunRecord } from '../../src/run/record';
import { notebookOf } from '../lab/drawn';
import { begin, finish, squeezelab } from './program';

const fixture = 'test/lab/fixtures/plotted.ipynb';

describe('start', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "start of 'runs' "))));
  after(() => rmSync(folder, { recursive: true }));
  const at = (...names: string[]) => join(folder, ...names);
  const record = (run: string) => JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as RunRecord;

  it('runs a notebook with its parameters, keeps what it measured, and says what made it', async () => {
    const { code, out, err } = await squeezelab(['start', fixture, '--seed', '7', '--out', at('run')], { SQUEEZELAB_SCALE: 'quick' });
    assert.equal(code, 0, out + err);
    assert.match(out, /\[4\/7\] Text on both streams\nscale quick, seed 7\na warning\n/);
    assert.match(out, /What the stock kernel does not run\n5\n/);
    assert.match(out, /step 50\n[^]*The executed notebook: '.*run\/notebook\.ipynb'\n\nNext:/);
    const { parameters, state, notebook, versions } = record(at('run'));
    assert.deepEqual([parameters, state, notebook], [{ seed: 7 }, 'done', fixture]);
    assert.equal(versions.typescript, '5.9.3');
    assert.ok(!existsSync(at('run/running.json')));
  });

  it('tells a program where it failed, goes on where it may, and refuses a run that is under way', async () => {
    const notebook = notebookOf("let scale: 'quick' | 'paper' = 'quick';\nlet rates = { fc1: 1 };", '// Fails\nthrow new RangeError(`at ${rates.fc1}`);', "import * as lab from 'squeezelab';\nlab.run.logMetrics({ error: 0.5 });");
    notebook.cells[0].metadata.tags = ['parameters'];
    writeNotebook(at('failing.ipynb'), notebook);
    const args = ['start', at('failing.ipynb'), '-p', 'rates.fc1=0.5', '--allow-errors', '--json', '--out', at('failed')];
    const first = begin(args);
    const ended = finish(first);
    while (!existsSync(at('failed/running.json'))) await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await squeezelab(args);
    assert.equal(second.code, 1);
    assert.match(second.err, new RegExp(`under way already, in process ${first.pid} since`));
    const { code, out } = await ended;
    assert.equal(code, 1);
    const { seconds, ...said } = JSON.parse(out) as Record<string, unknown>;
    assert.ok(typeof seconds === 'number' && seconds > 0);
    assert.deepEqual(said, { notebook: at('failed/notebook.ipynb'), state: 'failed', cell: { number: 3, id: 'c2', title: 'Fails' }, error: { name: 'RangeError', message: 'at 0.5' }, claims: 0, run: at('failed') });
    assert.deepEqual(JSON.parse(readFileSync(at('failed/metrics.json'), 'utf8')), { error: 0.5 });
  });

  it('keeps what has run when it is interrupted by Ctrl-C, and goes on from there', async () => {
    writeNotebook(at('endless.ipynb'), notebookOf("console.log('first')", "console.log('second'); await new Promise(() => {});", '3'));
    const interrupted = async () => {
      const child = begin(['start', at('endless.ipynb'), '--out', at('endless')]);
      child.stdout.on('data', (data: Buffer) => data.includes('second') && child.kill('SIGINT'));
      return finish(child);
    };
    const { code, out } = await interrupted();
    assert.equal(code, 130, out);
    assert.match(out, /Stopped at cell 2: Interrupted[^]*start goes on from here/);
    const [first, second] = readNotebook(at('endless/notebook.ipynb')).cells as CodeCell[];
    assert.deepEqual(first.outputs, [{ output_type: 'stream', name: 'stdout', text: 'first\n' }]);
    assert.equal(second.outputs.at(-1)?.output_type, 'error');
    assert.equal(record(at('endless')).state, 'interrupted');
    assert.match((await interrupted()).out, /^Goes on from the run of .*, which was interrupted/);
    const child = begin(['start', at('endless.ipynb'), '--out', at('early')]);
    const ended = finish(child);
    while (!existsSync(at('early/run.json'))) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGINT'); // the kernel is not there yet
    assert.match((await ended).out, /Stopped at cell 1: Interrupted/);
  });

  it('overwrites no notebook that is not a run\'s, and makes no folder above', async () => {
    mkdirSync(at('mine'));
    writeNotebook(at('mine/notebook.ipynb'), notebookOf('1'));
    symlinkSync(at('mine'), at('link'));
    const results = await Promise.all([at('mine'), at('link'), at('no/where'), at('mine/notebook.ipynb')].map((out) => squeezelab(['start', fixture, '--out', out])));
    assert.deepEqual(results.map(({ code }) => code), [1, 1, 1, 1]);
    for (const { err } of results.slice(0, 2)) assert.match(err, /--out: .* must be a new folder or that of an earlier run/);
    assert.match(results[2].err, /the folder .*no must exist; make it first/);
    assert.match(results[3].err, /--out: must be a folder, in which/);
  });
});
