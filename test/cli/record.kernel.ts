import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNotebook, writeNotebook, type CodeCell } from '../../src/lab/notebook';
import { readResult } from '../../src/papers';
import { notebookOf } from '../lab/drawn';
import { projectRoot } from '../../src/system';

/** A notebook that claims to have measured something on `data`. */
function claiming(data: string, verdict: string) {
  const claim = { paper: 'P', table: 'T', quantity: 'q', unit: '%', published: 1, kept: 'V', bound: 'within', measured: 1, deviation: 0, spread: null, tolerance: 0, verdict, scale: 'paper', data, seeds: [1], notebook: 'claiming', deviations: [] };
  const notebook = notebookOf(
    "let scale: 'quick' | 'paper' = 'quick';",
    `import { writeFileSync } from 'node:fs';\nwriteFileSync(process.env.SQUEEZELAB_RUN + '/claims.json', ${JSON.stringify(JSON.stringify([claim]))});`,
    'scale',
  );
  notebook.cells[0].metadata.tags = ['parameters'];
  notebook.cells[2].metadata.execution = { 'iopub.execute_input': '2020-01-01T00:00:00Z' };
  return notebook;
}

describe('npm run record', () => {
  let root: string;
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: root, encoding: 'utf8' });
  const record = () => spawnSync(process.execPath, [join(root, 'bin/squeezelab.mjs'), 'record', 'claiming'], { cwd: root, encoding: 'utf8', env: { ...process.env, SQUEEZELAB_THREADS: '' } });
  const notebook = () => join(root, 'notebooks/claiming.ipynb');
  const result = () => join(root, 'results/claiming.json');

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'record-'));
    for (const name of ['src', 'kernel', 'bin', 'package.json', 'tsconfig.json', '.gitignore']) cpSync(join(projectRoot, name), join(root, name), { recursive: true });
    writeFileSync(join(root, '.gitignore'), 'node_modules\n/runs/\n');
    symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'));
    git('init', '--quiet');
  });
  after(() => rmSync(root, { recursive: true }));

  const commit = (data: string, verdict: string) => {
    writeNotebook(notebook(), claiming(data, verdict));
    git('add', '--all');
    git('commit', '--quiet', '--message', 'claiming');
  };

  it('refuses claims that were not measured on real data', () => {
    commit('drawn digits', 'not judged');
    const { status, stderr } = record();
    assert.equal(status, 1);
    assert.match(stderr, /claiming is not recorded: its claims must be measured on real data, got drawn digits/);
    assert.ok(!existsSync(result()));
    assert.equal(git('status', '--porcelain'), '');
  });

  it('keeps the executed notebook and its claims, with what made them', () => {
    commit('MNIST', 'held');
    const { status, stderr } = record();
    assert.equal(status, 0, stderr);
    const { run, claims } = readResult(result());
    assert.deepEqual([run.commit, run.command], [git('rev-parse', 'HEAD').trim(), 'npm run record -- claiming']);
    assert.equal(claims[0].data, 'MNIST');
    const cells = readNotebook(notebook()).cells as CodeCell[];
    // It runs where it is opened: what was recorded is said, and no cell asks for it.
    assert.deepEqual(cells.map((cell) => cell.id), ['c1', 'c2', 'c3']);
    assert.deepEqual(cells.map((cell) => cell.source), claiming('MNIST', 'held').cells.map((cell) => cell.source));
    assert.deepEqual(cells[0].outputs, [{ output_type: 'stream', name: 'stdout', text: 'Recorded by npm run record -- claiming: scale = "paper". Run here, it runs at quick scale.\n' }]);
    assert.deepEqual(cells[2].outputs, [{ output_type: 'execute_result', data: { 'text/plain': "'paper'" }, metadata: {}, execution_count: 4 }]);
    assert.deepEqual(cells[2].metadata, {});
    const { squeezelab, kernelspec } = readNotebook(notebook()).metadata;
    assert.deepEqual(squeezelab, { recorded: { parameters: { scale: 'paper' }, command: run.command, commit: run.commit, cpu: run.cpu, seconds: run.seconds } });
    assert.equal((kernelspec as { name?: string }).name, 'squeezelab');
    assert.ok(!readFileSync(notebook(), 'utf8').includes(root));
  });

  it('refuses sources that are not committed, and says which, but for what records wrote themselves', () => {
    const before = readFileSync(notebook(), 'utf8');
    assert.match(git('status', '--porcelain'), /M notebooks\/claiming\.ipynb/); // recorded above: the same cells, with outputs
    writeFileSync(join(root, 'src/new.ts'), '');
    const strange = record();
    assert.equal(strange.status, 1);
    assert.match(strange.stderr, /record: every file must be committed first[^]*\?\? src\/new\.ts/);
    assert.ok(!strange.stderr.includes('M notebooks'));
    rmSync(join(root, 'src/new.ts'));

    const edited = readNotebook(notebook());
    edited.cells[2].source += '\n';
    writeNotebook(notebook(), edited);
    const changed = record();
    assert.equal(changed.status, 1);
    assert.match(changed.stderr, /record: the cells of notebooks\/claiming\.ipynb must be committed first/);
    writeFileSync(notebook(), before);
    assert.equal(record().status, 0, 'a record beside another');
  });
});
