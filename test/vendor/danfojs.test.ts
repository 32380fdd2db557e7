import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import * as dfd from 'danfojs-node';

const load = createRequire(__filename);

describe('danfojs on the local stand-ins', () => {
  it('shares one tfjs with the project, unless the native one is installed', () => {
    let native: unknown;
    try {
      native = load('tfjs-node-native');
    } catch {
      native = undefined;
    }
    const found: unknown = load('@tensorflow/tfjs-node');
    assert.equal(found, native ?? load('@tensorflow/tfjs'));
    assert.equal((dfd as unknown as { tensorflow: unknown }).tensorflow, found);
    const { tensor } = new dfd.DataFrame([[1, 2], [3, 4]]) as unknown as { tensor: tf.Tensor2D };
    assert.deepEqual(Array.from(tensor.add(tf.scalar(1)).dataSync()), [2, 3, 4, 5]);
  });

  it('describes and groups', () => {
    const df = new dfd.DataFrame([{ kind: 'a', x: 1 }, { kind: 'b', x: 5 }, { kind: 'a', x: 3 }]);
    const described = df.describe();
    assert.deepEqual(described.values[described.index.indexOf('mean')], [3]);
    assert.deepEqual(df.groupby(['kind']).sum().values, [['a', 4], ['b', 5]]);
  });

  it('reads a CSV file from disk', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'squeezelab-'));
    try {
      writeFileSync(join(folder, 'a.csv'), 'layer,bits\nip1,6\nip2,5\n');
      const df = await dfd.readCSV(join(folder, 'a.csv'));
      assert.deepEqual([df.columns, df.values], [['layer', 'bits'], [['ip1', 6], ['ip2', 5]]]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says what to do about an address and about Excel', async () => {
    await assert.rejects(dfd.readCSV('http://127.0.0.1/a.csv'), /request: danfojs cannot read from an address here.*download the file/);
    assert.throws(() => dfd.toExcel(new dfd.DataFrame([[1]]), { filePath: 'a.xlsx' }), /xlsx\.utils\.aoa_to_sheet: Excel files are not supported.*use readCSV/);
    const xlsx = load('xlsx') as { readFile(path: string): void };
    assert.throws(() => xlsx.readFile('a.xlsx'), /xlsx\.readFile: Excel files are not supported/);
    const request = load('request') as (path: string) => void;
    assert.throws(() => request('http://127.0.0.1/'), /request: danfojs cannot read/);
  });
});
