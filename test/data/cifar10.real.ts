import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { channelStatistics, cifar10, dataFolder, sources, type Split } from '../../src/data';

const histogram = ({ labels }: Split) => Array.from({ length: 10 }, (_, wanted) => labels.filter((label) => label === wanted).length);

/** The positions in a split of the images that `sources.json` lists for its files. */
const listed = (part: string) =>
  sources.cifar10.files.filter(({ file }) => file.includes(part)).flatMap(({ substitutes }, n) => substitutes!.records.map((record) => 10_000 * n + record));

describe('CIFAR-10', () => {
  it('loads whole', async () => {
    const { name, real, note, train, test, substituted } = await cifar10();
    assert.deepEqual([name, real, train.count, test.count], ['CIFAR-10', true, 50_000, 10_000]);
    assert.deepEqual(histogram(train), new Array(10).fill(5000));
    assert.deepEqual(histogram(test), new Array(10).fill(1000));
    // The statistics that everyone normalises by.
    const { mean, standardDeviation } = channelStatistics(train, 3);
    [0.4914, 0.4822, 0.4465].forEach((value, channel) => assert.ok(Math.abs(mean[channel] - value) < 0.0001));
    [0.247, 0.2435, 0.2616].forEach((value, channel) => assert.ok(Math.abs(standardDeviation[channel] - value) < 0.0001));
    assert.deepEqual([...train.labels.subarray(0, 5)], [6, 9, 9, 4, 1]);
    assert.deepEqual([listed('data_batch').length, listed('test_batch').length], [77, 21]);
    const official = note === '98 images could not be checked';
    if (!official) assert.equal(note, '98 images substituted: JPEG decodes');
    assert.deepEqual(substituted, official ? { train: [], test: [] } : { train: listed('data_batch'), test: listed('test_batch') });
  });

  it('accepts other pixels in the substituted images alone; a mislabelled or cut file is named', async () => {
    const folder = join(dataFolder(), 'cifar10');
    const held = existsSync(join(folder, 'cifar-10-batches-bin')) ? join(folder, 'cifar-10-batches-bin') : folder;
    const dataDir = mkdtempSync(join(tmpdir(), 'cifar10-'));
    const path = (file: string) => join(dataDir, 'cifar10', file);
    try {
      mkdirSync(path(''));
      for (const { file } of sources.cifar10.files) symlinkSync(join(held, basename(file)), path(basename(file)));
      const { substitutes } = sources.cifar10.files.find(({ file }) => file.endsWith('test_batch.bin'))!;
      const bytes = readFileSync(path('test_batch.bin'));
      const replace = (contents: Uint8Array) => {
        rmSync(path('test_batch.bin'));
        writeFileSync(path('test_batch.bin'), contents);
      };
      for (const record of substitutes!.records) bytes.fill(0, record * 3073 + 1, (record + 1) * 3073);
      replace(bytes);
      const { note, substituted, test } = await cifar10({ dataDir });
      assert.match(note!, /(21|98) images could not be checked$/);
      assert.deepEqual(substituted.test, []);
      assert.deepEqual(histogram(test), new Array(10).fill(1000));

      bytes[3073 * 5 + 1] ^= 1;
      replace(bytes);
      await assert.rejects(cifar10({ dataDir }), /test_batch\.bin is corrupt/);
      replace(readFileSync(path('data_batch_2.bin')));
      await assert.rejects(cifar10({ dataDir }), /test_batch\.bin is mislabelled: it holds cifar10's cifar-10-batches-bin\/data_batch_2\.bin; it was not used/);
      truncateSync(path('test_batch.bin'), 1_000_000);
      await assert.rejects(cifar10({ dataDir }), /test_batch\.bin is truncated: 1000000 of 30730000 bytes/);
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});
