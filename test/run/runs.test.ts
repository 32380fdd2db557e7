import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logMetrics, runs } from '../../src/run';
import { runFolder } from '../../src/run/folder';
import { holderOf, lockRun } from '../../src/run/lock';
import { readMetrics } from '../../src/run/metrics';
import { provenance } from '../../src/run/provenance';
import { writeRecord, type RunRecord } from '../../src/run/record';
import { readTrainings } from '../../src/run/trainings';
import { projectRoot } from '../../src/system';

describe('a run', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'run-'))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
    delete process.env.SQUEEZELAB_RUN;
  });

  it('has a folder of its own by its parameters, in whatever order, its notebook and its data', () => {
    const at = (notebook: string, parameters: Record<string, unknown> = {}, data?: string) => runFolder({ notebook, scale: 'quick', parameters, data });
    const folders = [at('/a/ex1.ipynb'), at('/b/ex1.ipynb'), at('/a/ex1.ipynb', { seeds: 5 }), at('/a/ex1.ipynb', { seeds: 5, seed: 2 }), at('/a/ex1.ipynb', {}, '/data')];
    assert.equal(new Set(folders).size, folders.length);
    assert.equal(at('/a/ex1.ipynb', { seed: 2, seeds: 5 }), folders[3]);
    assert.ok(folders.every((path) => path.startsWith(join(projectRoot, 'runs/quick/ex1'))));
    assert.equal(at('notebooks/x.ipynb'), at(join(projectRoot, 'notebooks/x.ipynb')));
  });

  it('is refused while another process has it, and taken over from one that died', () => {
    const release = lockRun(folder);
    assert.throws(() => lockRun(folder), new RegExp(`under way already, in process ${process.pid} since \\d{4}-.*--out`));
    release();
    lockRun(folder)();
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(join(folder, 'running.json'), JSON.stringify({ pid, since: '2020-01-01T00:00:00Z' }));
    assert.equal(holderOf(folder), undefined);
    const again = lockRun(folder);
    assert.equal(holderOf(folder)?.pid, process.pid);
    again();
    assert.deepEqual(readdirSync(folder), []);
    for (const left of ['{"pi', JSON.stringify({ pid: process.pid, since: '2020-01-01T00:00:00Z' })]) {
      writeFileSync(join(folder, 'running.json'), left);
      lockRun(folder)();
    }
  });

  it('keeps its metrics, the newest of a name, and only numbers', () => {
    logMetrics({ error: 1 });
    assert.ok(!existsSync(join(folder, 'metrics.json')));
    process.env.SQUEEZELAB_RUN = folder;
    logMetrics({ error: 0.5, bytes: 100 });
    logMetrics({ error: 0.25, sparsity: 0.9 });
    assert.deepEqual(readMetrics(folder), { error: 0.25, bytes: 100, sparsity: 0.9 });
    assert.throws(() => logMetrics({ error: NaN }), /logMetrics: error must be a finite number, got NaN/);
    assert.throws(() => logMetrics({ name: 'x' } as never), /name must be a finite number, got 'x'/);
    assert.throws(() => logMetrics(undefined as never), /must get numbers by name/);
  });

  it('knows what its trainings took, and what of it was at hand', () => {
    assert.equal(readTrainings(folder), undefined);
    const lines = [{ name: 'a', seconds: 10, earlier: 10 }, { name: 'b', seconds: 5.5, earlier: 2 }, { name: 'c', seconds: 1, earlier: 0 }];
    writeFileSync(join(folder, 'trainings.jsonl'), `${lines.map((line) => `${JSON.stringify(line)}\n`).join('')}{"na`);
    assert.deepEqual(readTrainings(folder), { count: 3, atHand: 2, seconds: 16.5, earlier: 12 });
  });
});

describe('runs', () => {
  const notebook = `test/run/listed-${process.pid}.ipynb`;
  const folders: string[] = [];
  const put = (parameters: Record<string, unknown>, changed: Partial<RunRecord>, metrics = {}) => {
    const folder = runFolder({ notebook, scale: 'smoke', parameters });
    mkdirSync(folder, { recursive: true });
    folders.push(folder);
    writeRecord(folder, { ...provenance(), notebook, scale: 'smoke', parameters, state: 'done', began: '', seconds: 1, cells: [], ...changed });
    process.env.SQUEEZELAB_RUN = folder;
    logMetrics(metrics);
    delete process.env.SQUEEZELAB_RUN;
  };
  after(() => folders.forEach((folder) => rmSync(join(folder, '..'), { recursive: true, force: true })));

  it('are rows of the same columns, newest first; one whose process died was interrupted', () => {
    put({ seeds: 5 }, { began: '2020-01-01T00:00:00Z' }, { error: 0.1 });
    put({ 'densities.fc1': 0.05 }, { began: '2021-01-01T00:00:00Z', state: 'running' }, { bytes: 7 });
    put({ seeds: 6 }, { began: '2019-01-01T00:00:00Z' });
    writeFileSync(join(folders[2], 'metrics.json'), '{"err');
    put({ seeds: 7 }, { parameters: undefined });
    const rows = runs({ notebook });
    assert.deepEqual(rows.map(({ began, state, parameters, seeds, error, bytes }) => [began.slice(0, 4), state, parameters, seeds, error, bytes]), [
      ['2021', 'interrupted', 'densities.fc1=0.05', null, null, 7],
      ['2020', 'done', 'seeds=5', 5, 0.1, null],
      ['2019', 'done', 'seeds=6', 6, null, null],
    ]);
    assert.deepEqual(Object.keys(rows[0]), Object.keys(rows[1]));
    assert.deepEqual(runs({ notebook, scale: 'paper' }), []);
    assert.throws(() => runs({ noteboook: 'x' } as never), /did you mean notebook/);
  });
});
