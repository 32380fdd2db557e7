import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { dataFolder, digits, hasMnist, mnist, type Dataset, type Split } from '../../src/data';
import { idxFile } from './idx-file';

const ROOT = resolve(__dirname, '../..');
const REAL = process.env.SQUEEZELAB_DATA;

/** Runs `body` as if SQUEEZELAB_DATA were `value`. */
async function withVariable(value: string | undefined, body: () => unknown): Promise<void> {
  delete process.env.SQUEEZELAB_DATA;
  if (value !== undefined) process.env.SQUEEZELAB_DATA = value;
  try {
    await body();
  } finally {
    delete process.env.SQUEEZELAB_DATA;
    if (REAL !== undefined) process.env.SQUEEZELAB_DATA = REAL;
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

  (REAL ? describe : describe.skip)('in SQUEEZELAB_DATA', () => {
    const histogram = ({ labels }: Split) => Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
    const mean = ({ images }: Split) => images.reduce((sum, pixel) => sum + pixel, 0) / images.length / 255;

    function assertWhole({ name, real, train, test }: Dataset): void {
      assert.deepEqual([name, real, train.count, test.count], ['MNIST', true, 60000, 10000]);
      // The counts of each class and the mean 0.1307 that everyone normalises by (pytorch/examples, mnist/main.py).
      assert.deepEqual(histogram(train), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
      assert.deepEqual(histogram(test), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
      assert.ok(Math.abs(mean(train) - 0.1307) < 0.00005);
      assert.deepEqual([...train.labels.subarray(0, 5)], [5, 0, 4, 1, 9]);
    }

    it('loads whole', async () => {
      assertWhole(await mnist());
      const quick = await digits({ scale: 'quick' });
      assert.deepEqual([quick.name, quick.train.count, quick.test.count], ['MNIST', 12000, 5000]);
    });

    it('loads plain, dotted and mixed; a mislabelled or cut file is named', async () => {
      cpSync(dataFolder('') + '/mnist', path(''), { recursive: true });
      writeFileSync(path('t10k-images.idx3-ubyte'), gunzipSync(readFileSync(path('t10k-images-idx3-ubyte.gz'))));
      rmSync(path('t10k-images-idx3-ubyte.gz'));
      renameSync(path('train-images-idx3-ubyte.gz'), path('train-images.idx3-ubyte.gz'));
      assertWhole(await mnist({ dataDir }));

      cpSync(path('t10k-images.idx3-ubyte'), path('train-images-idx3-ubyte.gz'));
      await assert.rejects(mnist({ dataDir }), /train-images-idx3-ubyte\.gz is mislabelled: it holds mnist's t10k-images-idx3-ubyte\.gz; it was not used/);
      rmSync(path('train-images-idx3-ubyte.gz'));
      truncateSync(path('train-images.idx3-ubyte.gz'), 5_000_000);
      await assert.rejects(mnist({ dataDir }), /train-images\.idx3-ubyte\.gz is truncated: its gzip stream ends early/);
    });
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
