import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { dataFolder, digits, mnist, type Dataset, type Split } from '../../src/data';

const histogram = ({ labels }: Split) => Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
const mean = ({ images }: Split<Uint8Array>) => images.reduce((sum, pixel) => sum + pixel, 0) / images.length / 255;

function assertWhole({ name, real, train, test }: Dataset): void {
  assert.deepEqual([name, real, train.count, test.count], ['MNIST', true, 60000, 10000]);
  // The counts of each class and the mean 0.1307 that everyone normalises by (pytorch/examples, mnist/main.py).
  assert.deepEqual(histogram(train), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  assert.deepEqual(histogram(test), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  assert.ok(Math.abs(mean(train) - 0.1307) < 0.00005);
  assert.deepEqual([...train.labels.subarray(0, 5)], [5, 0, 4, 1, 9]);
}

describe('MNIST', () => {
  it('loads whole', async () => {
    assertWhole(await mnist());
    const quick = await digits({ scale: 'quick' });
    assert.deepEqual([quick.name, quick.train.count, quick.test.count], ['MNIST', 12000, 5000]);
  });

  it('loads plain, dotted and mixed; a mislabelled or cut file is named', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'mnist-'));
    const path = (file: string) => join(dataDir, 'mnist', file);
    try {
      cpSync(join(dataFolder(), 'mnist'), path(''), { recursive: true, dereference: true });
      writeFileSync(path('t10k-images.idx3-ubyte'), gunzipSync(readFileSync(path('t10k-images-idx3-ubyte.gz'))));
      rmSync(path('t10k-images-idx3-ubyte.gz'));
      renameSync(path('train-images-idx3-ubyte.gz'), path('train-images.idx3-ubyte.gz'));
      assertWhole(await mnist({ dataDir }));

      cpSync(path('t10k-images.idx3-ubyte'), path('train-images-idx3-ubyte.gz'));
      await assert.rejects(mnist({ dataDir }), /train-images-idx3-ubyte\.gz is mislabelled: it holds mnist's t10k-images-idx3-ubyte\.gz; it was not used/);
      rmSync(path('train-images-idx3-ubyte.gz'));
      truncateSync(path('train-images.idx3-ubyte.gz'), 5_000_000);
      await assert.rejects(mnist({ dataDir }), /train-images\.idx3-ubyte\.gz is truncated: its gzip stream ends early/);
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});
