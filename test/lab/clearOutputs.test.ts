import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearOutputs } from '../../src/lab/clearOutputs';
import { formatNotebook } from '../../src/lab/notebook';
import { projectRoot } from '../../src/system';
import { notebookOf } from './drawn';

const squeezelab = join(projectRoot, 'bin/squeezelab.mjs');
const empty = notebookOf('1 + 1', "'é\u2028'");
const executed = notebookOf('1 + 1', "'é\u2028'");
executed.cells[0].metadata = { execution: { 'iopub.status.idle': '2026' }, tags: ['kept'] };
empty.cells[0].metadata = { tags: ['kept'] };
executed.cells[0].execution_count = 7;
executed.cells[0].outputs = [{ output_type: 'execute_result', data: { 'text/plain': '2' }, metadata: {}, execution_count: 7 }];

describe('clearOutputs', () => {
  it('leaves a notebook as Jupyter writes it, without outputs, numbers and times', () => {
    assert.equal(clearOutputs(formatNotebook(executed)), formatNotebook(empty));
    assert.equal(clearOutputs(formatNotebook(empty)), formatNotebook(empty));
    assert.equal(clearOutputs(''), '');
  });

  it('leaves older and other languages’ notebooks what they are', () => {
    const old = `${JSON.stringify({ cells: [{ cell_type: 'markdown', metadata: {}, source: ['a\n', 'b'] }], metadata: { kernelspec: { language: 'python' } }, nbformat: 4, nbformat_minor: 2 }, null, 1)}\n`;
    assert.equal(clearOutputs(old), old);
  });

  it('refuses what is no notebook', () => {
    assert.throws(() => clearOutputs('{'), /clear: a notebook must be JSON: /);
    assert.throws(() => clearOutputs('{"nbformat": 3}'), /clear: it must be a notebook of nbformat 4/);
  });
});

describe('squeezelab clear as a git filter', function () {
  this.timeout(120_000);
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'filter-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('commits notebooks without outputs, and leaves the file with them', () => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8', env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' } });
    const file = join(folder, 'mine.ipynb');
    git('init', '-q');
    git('config', 'filter.squeezelab.clean', `'${process.execPath}' '${squeezelab}' clear --stdin`);
    git('config', 'filter.squeezelab.required', 'true');
    writeFileSync(join(folder, '.gitattributes'), '*.ipynb filter=squeezelab\n');
    writeFileSync(file, formatNotebook(executed));
    git('add', '.');
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'a notebook');
    assert.equal(git('show', 'HEAD:mine.ipynb'), formatNotebook(empty));
    assert.equal(readFileSync(file, 'utf8'), formatNotebook(executed));
    assert.equal(git('status', '--porcelain'), '');
  });

  it('clears files too', () => {
    const file = join(folder, 'other.ipynb');
    writeFileSync(file, formatNotebook(executed));
    assert.equal(execFileSync(process.execPath, [squeezelab, 'clear', file], { encoding: 'utf8' }), `Cleared ${file}\n`);
    assert.equal(readFileSync(file, 'utf8'), formatNotebook(empty));
    assert.equal(execFileSync(process.execPath, [squeezelab, 'clear', file], { encoding: 'utf8' }), `${file} has no outputs\n`);
    assert.match(spawnSync(process.execPath, [squeezelab, 'clear', folder], { encoding: 'utf8' }).stderr, /^.*filter-\w+: EISDIR/);
  });
});
