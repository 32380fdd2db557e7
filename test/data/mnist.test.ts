import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dataFolder, digits, hasMnist, mnist } from '../../src/data';
import { idxFile } from './idx-file';

const ROOT = resolve(__dirname, '../..');

/** Runs `body` as if SQUEEZELAB_DATA were `value`. */
async function withVariable(value: string | undefined, body: () => unknown): Promise<void> {
  const before = process.env.SQUEEZELAB_DATA;
  delete process.env.SQUEEZELAB_DATA;
  if (value !== undefined) process.env.SQUEEZELAB_DATA = value;
  try {
    await body();
  } finally {
    delete process.env.SQUEEZELAB_DATA;
    if (before !== undefined) process.env.SQUEEZELAB_DATA = before;
  }
}

describe('data folder', () => {
  it('is the option, else SQUEEZELAB_DATA, else the package\'s data, wherever the process runs', async () => {
    await withVariable('/from/variable', () => {
      assert.equal(dataFolder('/from/option'), '/from/option');
      assert.equal(dataFolder(), '/from/variable');
      assert.equal(dataFolder(''), '/from/variable');
      assert.equal(dataFolder('mine'), join(ROOT, 'mine'));
    });
    const before = process.cwd();
    process.chdir(tmpdir());
    try {
      await withVariable(undefined, () => assert.equal(dataFolder(), join(ROOT, 'data')));
      await withVariable('', () => assert.equal(dataFolder(), join(ROOT, 'data')));
    } finally {
      process.chdir(before);
    }
  });
});

describe('mnist', () => {
  let dataDir: string;
  const path = (file: string) => join(dataDir, 'mnist', file);
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'mnist-'));
    mkdirSync(path(''));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('says what is missing, where it looked and how to get it', async () => {
    assert.equal(hasMnist(dataDir), false);
    writeFileSync(path('train-images-idx3-ubyte'), '');
    await assert.rejects(mnist({ dataDir }), (error: Error) => {
      assert.ok(error.message.includes(join(dataDir, 'mnist')));
      assert.match(error.message, /but train-labels-idx1-ubyte\.gz, t10k-images-idx3-ubyte\.gz, t10k-labels-idx1-ubyte\.gz .* are missing; run `npm run data -- mnist`/);
      return true;
    });
  });

  it('names a file whose contents are not the official ones', async () => {
    for (const name of ['t10k-images.idx3-ubyte', 't10k-labels-idx1-ubyte.gz', 'train-labels.idx1-ubyte.gz']) writeFileSync(path(name), '');
    const corrupt = idxFile([60000, 28, 28], new Uint8Array(60000 * 784));
    const faults: [Uint8Array, RegExp][] = [
      [corrupt, /train-images-idx3-ubyte is corrupt: its contents have the SHA-256 [0-9a-f]{64}, .*; it was not used: delete it/],
      [corrupt.subarray(0, 1000), /train-images-idx3-ubyte is truncated: 1000 of 47040016 bytes/],
      [Buffer.concat([corrupt, Uint8Array.of(0)]), /train-images-idx3-ubyte is too long: 47040017 bytes in place of 47040016/],
      [gzipSync(corrupt).subarray(0, 100), /train-images-idx3-ubyte is truncated: its gzip stream ends early/],
    ];
    for (const [bytes, message] of faults) {
      writeFileSync(path('train-images-idx3-ubyte'), bytes);
      assert.equal(hasMnist(dataDir), true);
      await assert.rejects(mnist({ dataDir }), message);
    }
  });

  it('is what digits gives at paper scale and from a named folder, and never silently replaced', async () => {
    await withVariable(undefined, async () => {
      await assert.rejects(digits({ scale: 'paper', dataDir }), /npm run data -- mnist/);
      await assert.rejects(digits({ scale: 'quick', dataDir }), /npm run data -- mnist/);
    });
    await withVariable(dataDir, () => assert.rejects(digits({ scale: 'quick' }), /npm run data -- mnist/));
  });
});

describe('digits', () => {
  it('are drawn at quick scale where nothing else is at hand', async function () {
    await withVariable(undefined, async () => {
      if (hasMnist()) this.skip();
      const { name, real, train, test } = await digits({ scale: 'quick' });
      assert.deepEqual([name, real, train.count, test.count], ['drawn digits', false, 12000, 5000]);
    });
  });
});
