import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { key } from '../../src/random';
import { fit } from '../../src/train';
import { Interrupted } from '../../src/system';
import { captureStderr } from '../models/tiny';
import { digests, OPTIONS, outcome, prunedNet, SPLIT } from './determinism';

describe('a training with convolutions, batch normalisation and dropout', () => {
  captureStderr();
  let first: Awaited<ReturnType<typeof outcome>>;
  before(async () => void (first = await outcome(prunedNet())));

  it('gives the same bytes for the same key: weights, moving statistics and history', async () => {
    assert.deepEqual(await outcome(prunedNet()), first);
    const start = digests(prunedNet());
    assert.deepEqual(Object.keys(first.weights).filter((name) => first.weights[name] === start[name]), []);
    assert.equal(Object.keys(first.weights).filter((name) => name.includes('/moving_')).length, 4);
  });

  it('gives the same bytes with two threads, too', async () => {
    const { SQUEEZELAB_THREADS } = process.env;
    process.env.SQUEEZELAB_THREADS = '2';
    try {
      assert.deepEqual(await outcome(prunedNet()), await outcome(prunedNet()));
    } finally {
      process.env.SQUEEZELAB_THREADS = SQUEEZELAB_THREADS;
    }
  });

  it('gives them in another process', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--require', 'tsx/cjs', join(__dirname, 'determinism.ts')]);
    assert.deepEqual(JSON.parse(stdout), first);
  });

  it('gives others for another key of training, and for another of the weights', async () => {
    for (const other of [await outcome(prunedNet(), { key: key(35) }), await outcome(prunedNet(key(36)))]) {
      for (const name of ['conv/kernel', 'fc/kernel', 'norm/moving_mean', 'norm/moving_variance', 'norm2/moving_mean']) assert.notEqual(other.weights[name], first.weights[name], name);
      assert.notDeepEqual(other.history, first.history);
    }
  });

  it('goes on, where it was stopped, to the bytes of an unbroken one, statistics included', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'squeezelab-'));
    process.env.SQUEEZELAB_CHECKPOINTS = join(folder, 'run.checkpoints');
    try {
      const model = prunedNet();
      const steps: number[] = [];
      const { optimizer } = OPTIONS;
      const seeing = (seen: (step: number) => void) => ({ checkpoint: 'mixed', optimizer: { ...optimizer!, rate: (rate: number, step: number) => (seen(step), optimizer!.rate(rate, step)) } });
      await assert.rejects(fit(model, SPLIT, { ...OPTIONS, ...seeing((step) => void (step === 23 && process.emit('SIGINT'))) }), Interrupted);
      assert.deepEqual(digests(model), digests(prunedNet()));
      assert.deepEqual(await outcome(model, seeing((step) => steps.push(step))), first);
      assert.deepEqual([steps[0], steps.length], [28, 32]);
    } finally {
      delete process.env.SQUEEZELAB_CHECKPOINTS;
      rmSync(folder, { recursive: true });
    }
  });
});
