import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNotebook, writeNotebook, type CodeCell } from '../../src/lab/notebook';
import { readResult } from '../../src/papers';
import { notebookOf } from './drawn';
import { projectRoot } from '../../src/system';

/** A notebook that claims to have measured something on `data`. */
function claiming(data: string, verdict: string) {
  const claim = { paper: 'P', table: 'T', quantity: 'q', unit: '%', published: 1, kept: 'V', bound: 'within', measured: 1, deviation: 0, spread: null, tolerance: 0, verdict, scale: 'paper', data, seeds: [1], notebook: 'claiming', deviations: [] };
  const notebook = notebookOf(
    "let scale: 'quick' | 'paper' = 'quick';",
    `import { writeFileSync } from 'node:fs';\nwriteFileSync(process.env.SQUEEZELAB_RUN + '.claims.json', ${JSON.stringify(JSON.stringify([claim]))});`,
    'scale',
  );
  notebook.cells[0].metadata.tags = ['parameters'];
  notebook.cells[2].metadata.execution = { 'iopub.execute_input': '2020-01-01T00:00:00Z' };
  return notebook;
}

describe('npm run record', () => {
  let root: string;
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: root, encoding: 'utf8' });
  const record = () => spawnSync(process.execPath, ['--import', 'tsx', join(root, 'src/lab/cli.ts'), 'record', 'claiming'], { cwd: root, encoding: 'utf8' });
  const notebook = () => join(root, 'notebooks/claiming.ipynb');
  const result = () => join(root, 'results/claiming.json');

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'record-'));
    for (const name of ['src', 'kernel', 'package.json', 'tsconfig.json', '.gitignore']) cpSync(join(projectRoot, name), join(root, name), { recursive: true });
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
    assert.deepEqual(cells.map((cell) => cell.id), ['c1', 'injected-parameters', 'c2', 'c3']);
    assert.deepEqual(cells[3].outputs, [{ output_type: 'execute_result', data: { 'text/plain': "'paper'" }, metadata: {}, execution_count: 4 }]);
    assert.deepEqual(cells[3].metadata, {});
    assert.ok(!readFileSync(notebook(), 'utf8').includes(root));
  });

  it('refuses sources that are not committed, and says which', () => {
    const before = readFileSync(notebook(), 'utf8');
    const { status, stderr } = record();
    assert.equal(status, 1);
    assert.match(stderr, /record: every file must be committed first[^]*M notebooks\/claiming\.ipynb/);
    assert.equal(readFileSync(notebook(), 'utf8'), before);
  });
});
