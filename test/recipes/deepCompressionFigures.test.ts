import assert from 'node:assert/strict';
import { prune, share } from '../../src/compress';
import { drawnDigits } from '../../src/data';
import { copyModel, pack } from '../../src/formats';
import { ledger } from '../../src/measure';
import { claimSheet } from '../../src/papers';
import { claimFigures, connectionsSettings, errorsAtSize, figure5, figure6, type Figure6, figure7, figure8, figuresSettings, groups, lineOfSeeds, type Point, prunedNet, type PrunedNet, regularized, sixWays, type Start, starts, weightsRate } from '../../src/recipes';
import { kernels, parametrizeAll } from '../../src/weights';
import { runFolder } from '../train/runFolder';

const images = drawnDigits({ train: 300, test: 100 });
const settings = figuresSettings.smoke;

describe('the figures of Deep Compression', function () {
  this.timeout(120_000);
  runFolder();
  let net: PrunedNet;
  let lenet5: PrunedNet;
  let curves: Figure6;
  before(async () => {
    net = await prunedNet('LeNet-300-100', images, 1, 'smoke');
    lenet5 = await prunedNet('LeNet-5', images, 1, 'smoke');
    curves = await figure6(net, images, 1, settings);
  });

  it('count all weights of a whole net, and codes, gaps and values of a pruned one', () => {
    assert.equal(weightsRate(net.reference), 1);
    const { density } = ledger(pack(net.pruned)).at(-1)!;
    assert.ok(weightsRate(net.pruned) > density && weightsRate(net.pruned) < 1.3 * density);
  });

  it('Figure 6: each way is smaller with each setting, and one seed gives the same curves again', async () => {
    for (const points of [curves.pruned, curves.shared, curves.svd]) assert.ok(points[1].x < points[0].x && points[0].x < 1, JSON.stringify(points));
    assert.ok(curves.both[0].x < curves.pruned[0].x);
    assert.deepEqual(await figure6(net, images, 1, { ...settings, figure6: { densities: [0.02], bits: [1], both: [], ranks: [5] } }), {
      pruned: [curves.pruned[1]],
      shared: [curves.shared[1]],
      both: [],
      svd: [curves.svd[1]],
    });
  });

  it('Figure 6: the pruned nets are those that the recipe of the paper before prunes at the first rate', async () => {
    const reference = await regularized('L2', images, 1, connectionsSettings.smoke);
    const { errors } = await sixWays({ L2: reference, L1: reference }, images, 1, { ...connectionsSettings.smoke, levels: [0.02] });
    assert.deepEqual(errors['L2, at the first rate'], [curves.pruned[1].error]);
  });

  it('Figure 7: a curve for each group of layers, pruned or not; the nets stay as they were', async () => {
    const before = kernels(lenet5.pruned).map(({ weight }) => [...weight.read().dataSync()]);
    const points = await figure7(lenet5, 'dense layers', true, images, 1, settings);
    assert.deepEqual(points.map(({ x }) => x), settings.figure7);
    assert.deepEqual(await figure7(lenet5, 'dense layers', true, images, 1, settings), points);
    assert.deepEqual(kernels(lenet5.pruned).map(({ weight }) => [...weight.read().dataSync()]), before);
  });

  it('Figure 8: three starts are three nets, before and after training', async () => {
    const all = [];
    // Measured on the 300 training images: of the 100 others, nets that differ may err on as many.
    for (const start of starts) all.push(await figure8(net, start, { ...images, test: images.train }, 1, { ...settings, figure8: [2] }));
    assert.deepEqual(all.map(({ before, after }) => [before.length, after.length]), [[1, 1], [1, 1], [1, 1]]);
    assert.equal(new Set(all.map(({ before }) => before[0].error)).size, 3, JSON.stringify(all));
  });

  it('Figure 5: codes and gaps are those of the file, each of them counted', async () => {
    const { codes, gaps } = await figure5(net, { layer: 'fc1', bits: 6, gapBits: 5 });
    const model = await copyModel(net.pruned);
    parametrizeAll(model, prune({ quality: 0 }));
    parametrizeAll(model, share({ bits: 6 }));
    const { kept, fillers, weightBitsCoded, indexBitsCoded } = ledger(pack(model, { indexBits: 5 }))[0];
    const entries = (counts: number[]) => counts.reduce((sum, count) => sum + count, 0);
    assert.deepEqual([entries(codes.counts) - codes.counts[0], entries(gaps.counts)], [kept, entries(codes.counts)]);
    const near = (ours: number, ofFile: number) => assert.ok(Math.abs(ours / ofFile - 1) < 0.01, `${ours} against ${ofFile} of the file, which chooses the order of the weights`);
    near(entries(gaps.counts), kept + fillers);
    near(codes.huffman, weightBitsCoded);
    near(gaps.huffman, indexBitsCoded);
  });
});

describe('the report of the figures', () => {
  const points = (...pairs: [x: number, error: number][]): Point[] => pairs.map(([x, error]) => ({ x, error }));

  it('an error at a size is that of the largest net that takes at most that, whatever the errors are', () => {
    const curves = [points([0.05, 0.5], [0.03, 0.2], [0.01, 0.1]), points([0.05, 0.7], [0.032, 0.4], [0.01, 0.3])];
    assert.deepEqual(errorsAtSize(curves, 0.04), [0.2, 0.4]);
    assert.deepEqual(errorsAtSize(curves, 0.03), [0.1, 0.3]);
    assert.throws(() => errorsAtSize(curves, 0.001), /at most 0.001 of fp32, the smallest takes 0.01; add a smaller one/);
  });

  it('a line has the mean of the seeds, in percent', () => {
    const line = lineOfSeeds('a', [points([0.1, 0.02]), points([0.3, 0.04])], 100);
    assert.deepEqual([line.x, line.mean], [[20], [3]]);
  });

  it('claims what the paper says, of made curves that say it', () => {
    const curve = points([2, 0.02], [3, 0.01], [4, 0.01]);
    const figure6: Figure6 = { pruned: points([0.06, 0.01], [0.02, 0.03]), shared: points([0.0312, 0.06]), both: points([0.029, 0.01]), svd: points([0.14, 0.1], [0.05, 0.5]) };
    const figure7 = Object.fromEntries(Object.keys(groups).flatMap((group) => [[group, [curve]], [`${group}, pruned`, [curve]]]));
    figure7['dense layers'] = figure7['dense layers, pruned'] = [points([2, 0.01], [4, 0.01])];
    const figure8: Record<Start, Point[][]> = { linear: [curve], density: [points([2, 0.03], [3, 0.01], [4, 0.02])], random: [points([2, 0.025], [3, 0.01], [4, 0.02])] };
    const sheet = claimSheet({ notebook: 'test', scale: 'paper', data: { name: 'MNIST', real: true }, seeds: [1], deviations: [] });
    const { claims } = claimFigures(sheet, { reference: { 'LeNet-300-100': [0.01], 'LeNet-5': [0.01] }, figure6: [figure6], figure7, figure8 });
    assert.deepEqual(claims.map(({ verdict }) => verdict), Array<string>(10).fill('held'));
  });
});
