import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cifar10, hasCifar10, sources, type Source } from '../../src/data';
import { key, uniform } from '../../src/random';

const RECORDS = 4;
const RECORD = 3073;
const NAMES = ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'].map((name) => `${name}.bin`);
const SUBSTITUTED = [[1, 3], [], [0], [], [2], [0, 3]];

/** Six files of four records each. */
const files = NAMES.map((_, n) => {
  const bytes = Uint8Array.from(uniform(key(n), RECORDS * RECORD, { max: 256 }));
  for (let record = 0; record < RECORDS; record++) bytes[record * RECORD] = (4 * n + record) % 10;
  return bytes;
});
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The files with other pixels, `fill`, in the substituted records. */
const filled = (fill: number) =>
  files.map((bytes, n) => {
    const copy = bytes.slice();
    for (const record of SUBSTITUTED[n]) copy.fill(fill, record * RECORD + 1, (record + 1) * RECORD);
    return copy;
  });

const zeroed = filled(0);
const source: Source = {
  ...sources.cifar10,
  files: NAMES.map((name, n) => ({
    file: `cifar-10-batches-bin/${name}`,
    bytes: RECORDS * RECORD,
    accepted: [
      { sha256: sha256(files[n]), what: 'a copy', substituted: true },
      { sha256: sha256(zeroed[n]), what: 'official', zeroed: true },
    ],
    substitutes: { stride: RECORD, from: 1, records: SUBSTITUTED[n] },
  })),
};

describe('cifar10', () => {
  const listed = sources as Record<string, Source>;
  const real = listed.cifar10;
  let dataDir: string;
  const path = (file: string) => join(dataDir, 'cifar10', file);
  const write = (contents: readonly Uint8Array[], folder = '') => contents.forEach((bytes, n) => writeFileSync(path(join(folder, NAMES[n])), bytes));
  beforeEach(() => {
    listed.cifar10 = source;
    dataDir = mkdtempSync(join(tmpdir(), 'cifar10-'));
    mkdirSync(path('cifar-10-batches-bin'), { recursive: true });
  });
  afterEach(() => {
    listed.cifar10 = real;
    rmSync(dataDir, { recursive: true });
  });

  it('loads every image with its channels last, and its class', async () => {
    for (const folder of ['', 'cifar-10-batches-bin']) {
      write(files, folder);
      assert.equal(hasCifar10(dataDir), true);
      const { name, real: isReal, shape, classes, train, test } = await cifar10({ dataDir });
      assert.deepEqual([name, isReal, shape, classes.length, train.count, test.count], ['CIFAR-10', true, [32, 32, 3], 10, 20, 4]);
      for (const [split, parts] of [[train, files.slice(0, 5)], [test, files.slice(5)]] as const) {
        const bytes = Buffer.concat(parts);
        for (let image = 0; image < split.count; image++) {
          const record = bytes.subarray(image * RECORD, (image + 1) * RECORD);
          assert.equal(split.labels[image], record[0]);
          const planes = [0, 1, 2].flatMap((channel) => Array.from({ length: 1024 }, (_, pixel) => split.images[(image * 1024 + pixel) * 3 + channel]));
          assert.ok(record.subarray(1).equals(Uint8Array.from(planes)));
        }
      }
      NAMES.forEach((file) => rmSync(path(join(folder, file))));
    }
  });

  it('says which images a copy substitutes, and which could not be checked', async () => {
    write(files);
    const copy = await cifar10({ dataDir });
    assert.deepEqual(copy.substituted, { train: [1, 3, 8, 18], test: [0, 3] });
    assert.equal(copy.note, '6 images substituted: JPEG decodes');
    write(filled(99));
    const official = await cifar10({ dataDir });
    assert.deepEqual(official.substituted, { train: [], test: [] });
    assert.equal(official.note, '6 images could not be checked');
    assert.equal(official.train.images[3072], 99);
    write(files.slice(0, 1));
    assert.equal((await cifar10({ dataDir })).note, '2 images substituted: JPEG decodes; 4 images could not be checked');
  });

  it('refuses official files that differ elsewhere: in a pixel of another image, or in any label', async () => {
    for (const at of [2 * RECORD + 1, 3 * RECORD - 1, RECORD, 3 * RECORD, 0]) {
      const changed = filled(99);
      changed[0][at] ^= 1;
      write(changed);
      await assert.rejects(cifar10({ dataDir }), /data_batch_1\.bin is corrupt: its contents have the SHA-256 [0-9a-f]{64}, .*; it was not used: delete it and run `npm run data -- cifar10`/);
    }
  });

  it('says what is missing, where it looked and how to get it', async () => {
    write(files.slice(0, 4));
    assert.equal(hasCifar10(dataDir), false);
    await assert.rejects(cifar10({ dataDir }), (error: Error) => {
      assert.ok(error.message.includes(path('')));
      assert.match(error.message, /but data_batch_5\.bin, test_batch\.bin are missing; run `npm run data -- cifar10`/);
      return true;
    });
  });

  it('names a file that is cut, too long or another one, official or not', async () => {
    const faults: [Uint8Array, RegExp][] = [
      [files[2].subarray(0, 5000), /data_batch_3\.bin is truncated: 5000 of 12292 bytes/],
      [Buffer.concat([files[2], Uint8Array.of(0)]), /data_batch_3\.bin is too long: 12293 bytes in place of 12292/],
      [files[5], /data_batch_3\.bin is mislabelled: it holds cifar10's cifar-10-batches-bin\/test_batch\.bin/],
      [filled(99)[0], /data_batch_3\.bin is mislabelled: it holds cifar10's cifar-10-batches-bin\/data_batch_1\.bin/],
    ];
    for (const [bytes, message] of faults) {
      write(files);
      writeFileSync(path('data_batch_3.bin'), bytes);
      await assert.rejects(cifar10({ dataDir }), message);
    }
  });
});
