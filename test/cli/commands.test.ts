import assert from 'node:assert/strict';
import { exec } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { main } from '../../src/cli';
import { runOptions } from '../../src/cli/actions/runOptions';
import { projectRoot, shellWord } from '../../src/system';
import { program, squeezelab } from './program';

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
