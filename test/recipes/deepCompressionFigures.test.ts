import assert from 'node:assert/strict';
import { digits, ledger, pack, type Dataset } from '../../src';
import { figure5, figure6, figure7, figure8, figuresSettings, prunedNet, streamStatistics, weightsRate, type PrunedNet } from '../../src/recipes';
import { runFolder } from '../train/runFolder';

const settings = figuresSettings.smoke;

describe('the figures of Deep Compression', () => {
  runFolder();
  let images: Dataset;
  let net: PrunedNet;
  before(async () => {
    images = await digits({ scale: 'smoke' });
    net = await prunedNet('LeNet-300-100', images, 1, 'smoke');
  });

  it('count the size of a net as its file does, but for what the formula leaves out', () => {
    assert.equal(weightsRate(net.reference), 1);
    const total = ledger(pack(net.pruned)).at(-1)!;
    // Unshared weights are stored as they are: the file has no gaps for them, the formula has.
    assert.ok(Math.abs(total.density - 0.0818) < 1e-3);
    assert.ok(weightsRate(net.pruned) > total.density && weightsRate(net.pruned) < 1.3 * total.density);
  });

  it('make the net smaller with each setting of Figure 6', async () => {
    const curves = await figure6(net, images, 1, { ...settings, figure6: { densities: [0.3, 0.05], bits: [4, 2], both: [[0.3, 4], [0.05, 2]], ranks: [25, 5] } });
    for (const points of Object.values(curves)) assert.ok(points[1].x < points[0].x && points[0].x < 1, JSON.stringify(points));
    assert.ok(curves.both[0].x < curves.pruned[0].x);
  });

  it('train only the shared layers in Figure 7', async () => {
    const lenet5 = await prunedNet('LeNet-5', images, 1, 'smoke');
    const points = await figure7(lenet5, 'dense layers', true, images, 1, settings);
    assert.deepEqual(points.map(({ x }) => x), settings.figure7);
    assert.deepEqual(await figure7(lenet5, 'dense layers', true, images, 1, settings), points);
  });

  it('start centroids in three places in Figure 8', async () => {
    const before = [];
    for (const start of ['linear', 'density', 'random'] as const) before.push(JSON.stringify((await figure8(net, start, images, 1, settings)).before));
    assert.equal(new Set(before).size, 3);
  });

  it('count codes and gaps in Figure 5, whose Huffman codes lie between entropy and one bit above it', async () => {
    for (const { counts, huffman, entropy } of Object.values(await figure5(net, { layer: 'fc1', bits: 6, gapBits: 5 }))) {
      assert.ok(counts.reduce((sum, count) => sum + count, 0) >= 0.08 * 235_200 - 1);
      assert.ok(entropy <= huffman && huffman < entropy + 1);
    }
    assert.deepEqual(streamStatistics([0, 0, 1, 2], 4), { counts: [2, 1, 1, 0], lengths: [1, 2, 2, 0], fixed: 2, huffman: 1.5, entropy: 1.5 });
  });
});
