import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { exportOnnx } from '../../src/formats';
import { latency, layerSpeeds, macs, peaks } from '../../src/measure';
import { timesOf } from '../../src/measure/latency';
import { initialize, smallSqueezenet } from '../../src/models';
import { key } from '../../src/random';

const dense = (units: number): tf.LayersModel => initialize(tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [2000] })] }), key(1));

describe('latency', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'squeezelab-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('is of each net, in their order: the median, the 95th percentile, and the memory that its weights need at the least', async () => {
    const nets = Object.fromEntries([10, 4000].map((units) => [`${units} units`, exportOnnx(dense(units), join(folder, 'net.onnx')).bytes]));
    const rows = await latency(nets, { batch: 3, threads: 1, runs: 4 });
    assert.deepEqual(rows.map(({ net, batch, threads }) => [net, batch, threads]), [['10 units', 3, 1], ['4000 units', 3, 1]]);
    for (const { median, p95 } of rows) assert.ok(median > 0 && p95 >= median);
    assert.ok(rows[1].peakMemory > 4 * 2000 * 4000, `${rows[1].peakMemory}`);
    assert.ok(rows[1].peakMemory > rows[0].peakMemory);
  });

  it('has half of the times at its median or below, and 95 of 100 at its 95th percentile', () => {
    const times = Array.from({ length: 100 }, (_, i) => (37 * i) % 100); // 0 to 99 in another order
    assert.deepEqual(timesOf(times), { median: 49, p95: 94 });
    assert.deepEqual(timesOf([3]), { median: 3, p95: 3 });
    assert.deepEqual(timesOf([5, 1, 3]), { median: 3, p95: 5 });
  });

  it('refuses numbers that cannot be, and what is no net', async () => {
    await assert.rejects(latency({}, { batch: 0 }), /latency: batch must be a whole number from 1, got 0/);
    await assert.rejects(latency({}, { runs: 1.5 }), /runs must be/);
    await assert.rejects(latency({ net: new Uint8Array(10) }, {}), /./);
    await assert.rejects(latency({ mine: 'net.onnx' as unknown as Uint8Array }), /mine must be the bytes of an ONNX file, got/);
    await assert.rejects(layerSpeeds(dense(3), { runs: 0 }), /layerSpeeds: runs must be a whole number from 1, got 0/);
  });
});

describe('the roofline', () => {
  it('has two roofs above zero', async () => {
    const { operations, bandwidth } = await peaks(1);
    assert.ok(operations > 1e8 && bandwidth > 1e7, `${operations}, ${bandwidth}`);
  });

  it('has each layer of a net, with operations for each byte of weights, inputs and outputs', async () => {
    const model = smallSqueezenet(key(1), { bypass: 'complex' });
    const speeds = await layerSpeeds(model, { batch: 2, threads: 1, runs: 2 });
    const layers = macs(model);
    assert.deepEqual(speeds.map(({ name }) => name), layers.map(({ name }) => name));
    // conv1: 3×3 of 3 channels to 32 at 32 × 32 places, two images
    const [{ intensity, operations, milliseconds }] = speeds;
    assert.equal(intensity, (2 * 2 * 9 * 3 * 32 * 1024) / (4 * (2 * 1024 * (3 + 32) + 9 * 3 * 32)));
    assert.ok(Math.abs((operations * milliseconds) / 1000 / (2 * 2 * 9 * 3 * 32 * 1024) - 1) < 1e-9);
    model.dispose();
  });
});
