import assert from 'node:assert/strict';
import { exec, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { main } from '../../src/cli';
import { runOptions } from '../../src/cli/actions/runOptions';
import { readNotebook, writeNotebook, type CodeCell } from '../../src/lab/notebook';
import type { RunRecord } from '../../src/run/record';
import { projectRoot, shellWord } from '../../src/system';
import { notebookOf } from '../lab/drawn';

const program = join(projectRoot, 'bin/squeezelab.mjs');
const begin = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => spawn(process.execPath, [program, ...args], { cwd: projectRoot, env: { ...process.env, SQUEEZELAB_SCALE: '', ...env } });

async function finish(child: ReturnType<typeof begin>) {
  const texts = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => (texts.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (texts.err += data.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...texts };
}
const squeezelab = (args: readonly string[], env?: NodeJS.ProcessEnv) => finish(begin(args, env));

const fixture = 'test/lab/fixtures/plotted.ipynb';

/** Runs a command line in this process, as far as its parsing goes. */
async function parsed(...args: string[]) {
  const texts = { out: '', err: '' };
  const write = { out: process.stdout.write.bind(process.stdout), err: process.stderr.write.bind(process.stderr) };
  const keep = (to: keyof typeof texts) => (text: string | Uint8Array) => Boolean((texts[to] += String(text)));
  Object.assign(process.stdout, { write: keep('out') });
  Object.assign(process.stderr, { write: keep('err') });
  try {
    return { code: await main(args), texts };
  } finally {
    Object.assign(process.stdout, { write: write.out });
    Object.assign(process.stderr, { write: write.err });
  }
}

describe('the command line', () => {
  it('ends with 2 for a mistake: the usage of that command, and last what is wrong', async () => {
    for (const [args, message] of [
      [['start', '--sclae', 'quick'], /^Usage: squeezelab start .*\nstart: unknown option '--sclae'\n\(Did you mean --scale\?\)\n$/],
      [['strat'], /unknown command 'strat'\n\(Did you mean start\?\)\n$/],
      [['toString'], /unknown command 'toString'\n$/],
      [[], /Commands:\n/],
      [['inspect'], /^Usage: .*\ninspect: missing required argument 'file'\n$/],
      [['pack', 'a', 'b', '--bits', '17'], /'17' is invalid.*at least 1 and at most 16/],
      [['pack', 'a', 'b', '--bits', '0'], /'0' is invalid.*at least 1 and at most 16/],
      [['pack', 'a', 'b', '--density', '2'], /'2' is invalid.*above 0 and up to 1/],
      [['start', '--seeds', '0'], /'0' is invalid.*at least 1/],
      [['start', '--timeout', '0'], /'0' is invalid.*above 0/],
      [['start', ''], /^notebook: '' does not exist; there are 01-/],
      [['grade', '--csv', 'ana.ipynb', 'ben.ipynb'], /^grade: --csv and --json must name the file to write, got the notebook ana\.ipynb/],
      [['student', 'test/lab/fixtures/course.ipynb', '--force', '--out', 'test/lab/fixtures/course.ipynb'], /^student: the copy must be another file/],
    ] as const) {
      const { code, texts } = await parsed(...args);
      assert.equal(code, 2, texts.err);
      assert.match(texts.err, message);
      assert.equal(texts.out, '');
    }
    const [none, wrong] = await Promise.all([['none.ipynb'], [fixture, '--set', 'sed=1']].map((args) => squeezelab(['start', ...args])));
    assert.deepEqual([none.code, wrong.code], [2, 2]);
    assert.match(none.err, /^notebook: none\.ipynb does not exist; there are 01-/);
    assert.match(wrong.err, /^plotted\.ipynb: the notebook has no parameter sed; did you mean seed/);
  });

  it('fills parameters from flags and, where the notebook has them, from the environment', () => {
    assert.throws(() => runOptions('notebooks', {}), /^Error: notebook: notebooks is a folder; name a notebook in it: 01-/);
    assert.throws(() => runOptions(fixture, { data: '/nope' }), /data: the folder \/nope does not exist/);
    const { SQUEEZELAB_SCALE, SQUEEZELAB_SEED } = process.env;
    try {
      Object.assign(process.env, { SQUEEZELAB_SCALE: 'paper', SQUEEZELAB_SEED: '3' });
      const { scale, parameters } = runOptions(fixture, {});
      assert.deepEqual([scale, parameters], ['paper', { seed: 3 }]);
      const flags = runOptions(fixture, { scale: 'quick', seed: 4 });
      assert.deepEqual([flags.scale, flags.parameters], ['quick', { seed: 4 }]);
      process.env.SQUEEZELAB_SCALE = 'big';
      assert.throws(() => runOptions(fixture, {}), /scale must be .* or paper, got big/);
    } finally {
      Object.assign(process.env, { SQUEEZELAB_SCALE: SQUEEZELAB_SCALE ?? '', SQUEEZELAB_SEED: SQUEEZELAB_SEED ?? '' });
    }
  });

  it('says its version, and helps with an example for each command', async () => {
    const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
    assert.equal((await squeezelab(['--version'])).out, `${version}\n`);
    assert.equal((await parsed('version')).texts.out, `${version}\n`);
    const help = (await parsed('help')).texts.out;
    const names = [...help.matchAll(/^ {2}(\w+) (?=[[<])/gm)].map(([, name]) => name).filter((name) => name !== 'help');
    assert.ok(names.length > 8, help);
    for (const name of names) {
      const { code, texts } = await parsed(name, '--help');
      assert.equal(code, 0);
      assert.match(texts.out, /^Usage: squeezelab (\w+)[^]*\nExamples?:\n {2}squeezelab \1/);
    }
  });

  it('ends quietly when nobody reads on', async () => {
    const { stdout, stderr } = await promisify(exec)(`${shellWord(process.execPath)} ${shellWord(program)} report --json | head -c 1`, { cwd: projectRoot });
    assert.deepEqual([stdout, stderr], ['[', '']);
  });
});

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
