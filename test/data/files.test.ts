import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFile, hasDataFile } from '../../src/data';

describe('fileOf', () => {
  it('names a file that is missing, cut short or another one', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'files-'));
    try {
      assert.ok(!hasDataFile('lenet-caffe', dataDir));
      await assert.rejects(dataFile('lenet-caffe', { dataDir }), /lenet-caffe must hold weights\/lenet\.bin; run `npm run data -- lenet-caffe`/);
      mkdirSync(join(dataDir, 'lenet-caffe', 'weights'), { recursive: true });
      writeFileSync(join(dataDir, 'lenet-caffe', 'weights', 'lenet.bin'), new Uint8Array(1000));
      assert.ok(hasDataFile('lenet-caffe', dataDir));
      await assert.rejects(dataFile('lenet-caffe', { dataDir }), /lenet\.bin is truncated: 1000 of 1724336 bytes; it was not used/);
      mkdirSync(join(dataDir, 'squeezenet-deep-compression'));
      writeFileSync(join(dataDir, 'squeezenet-deep-compression', 'compressed_SqueezeNet.net'), new Uint8Array(675_763));
      await assert.rejects(dataFile('squeezenet-deep-compression', { dataDir }), /compressed_SqueezeNet\.net is corrupt: its contents have the SHA-256/);
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});
