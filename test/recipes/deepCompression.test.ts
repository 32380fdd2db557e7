import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawnDigits } from '../../src/data';
import { claimSheet, han2016, type LayerRow, type PublishedTable } from '../../src/papers';
import { claimCompression, type Compressed, compressionSettings, deepCompression, densityOf, type LeNet, lenets, ownStages, pruneLayers, published, publishedStages, roundsCurve, shareLayers } from '../../src/recipes';
import { key } from '../../src/random';
import { kernels } from '../../src/weights';

const data = drawnDigits({ train: 300, test: 100 });
const tables: Record<LeNet, PublishedTable> = { 'LeNet-300-100': han2016.table2, 'LeNet-5': han2016.lenet5.table3 };
const nets = Object.keys(lenets) as LeNet[];

describe("the paper's setting", () => {
  for (const net of nets)
    it(`${net}: sizes, densities and bits are those that are printed`, () => {
      const { densities, bits, indexBits } = published[net];
      const model = lenets[net].make(key(1));
      const sizes = new Map(kernels(model).map(({ layer, weight }) => [layer.name, weight.shape.reduce((product, side) => product! * side!, 1)!]));
      for (const layer of lenets[net].layers) {
        const row = tables[net][layer.replace('fc', 'ip')] as LayerRow;
        const agrees = ({ value, tolerance }: LayerRow['kept'], ours: number) => assert.ok(Math.abs(value - ours) <= tolerance, `${layer}: ${ours} against ${value}`);
        agrees(row.weights, sizes.get(layer)! / 1000);
        agrees(row.kept, 100 * densities[layer]);
        agrees(row.weightBits, bits[layer]);
        agrees(row.indexBits, indexBits);
      }
      const { referenceSize } = net === 'LeNet-5' ? han2016.lenet5.table1 : han2016.table1;
      assert.ok(Math.abs((4 * model.countParams()) / 1000 - referenceSize.value) <= referenceSize.tolerance);
    });
});

describe('methods by layer', () => {
  it('keep the part of each kernel that is asked for, and share it among 2^bits values', () => {
    const model = lenets['LeNet-5'].make(key(1));
    assert.equal(densityOf(model), 1);
    const { densities, bits } = published['LeNet-5'];
    pruneLayers(model, densities);
    shareLayers(model, bits);
    let all = 0;
    for (const { layer, weight } of kernels(model)) {
      const values = [...weight.read().dataSync()];
      const kept = values.filter((value) => value !== 0).length;
      all += kept;
      assert.equal(kept, Math.round(densities[layer.name] * values.length));
      assert.ok(new Set(values).size <= 2 ** bits[layer.name]);
    }
    assert.equal(densityOf(model), all / 430_500);
  });
});

describe('Deep Compression', function () {
  this.timeout(120_000);
  const records = new Map<LeNet, Compressed>();
  const folder = mkdtempSync(join(tmpdir(), 'squeezelab-'));
  after(() => {
    delete process.env.SQUEEZELAB_CHECKPOINTS;
    rmSync(folder, { recursive: true });
  });
  before(async () => {
    process.env.SQUEEZELAB_CHECKPOINTS = folder;
    for (const net of nets) records.set(net, await deepCompression(net, data, { seed: 1, scale: 'smoke', probe: 50 }));
  });

  for (const net of nets)
    it(`${net}: both files hold what was trained, and its ledger accounts for all bytes`, () => {
      const { published: paper, own } = records.get(net)!;
      assert.equal(paper.file.error, paper.shared, 'the file that is read back errs as the model does');
      for (const { file } of [paper, own]) {
        const total = file.ledger.at(-1)!;
        assert.equal(total.bytes, file.bytes);
        assert.equal(total.ratio, file.ratio);
      }
      for (const [layer, density] of Object.entries(published[net].densities)) {
        const row = paper.file.ledger.find((row) => row.layer === layer)!;
        assert.equal(row.kept, Math.round(density * row.weights));
        assert.deepEqual([row.weightBits, row.indexBits], [published[net].bits[layer], published[net].indexBits]);
      }
    });

  it('keeps less with each round, and allots bits that were tried', () => {
    for (const net of nets) {
      const { own } = records.get(net)!;
      const { budgets, tried } = compressionSettings[net].smoke;
      assert.equal(own.rounds.length, budgets.pruning.length);
      own.rounds.reduce((before, { density }) => (assert.ok(density <= before), density), 1);
      assert.ok(Object.values(own.bits).every((bits) => tried.bits.includes(bits)));
      assert.ok(own.file.ledger.at(-1)!.density <= own.rounds.at(-1)!.density, 'removing dead units takes weights away');
    }
  });

  it('spends what it is given: a larger budget keeps less, and a round without one leaves what was cut', async () => {
    const small = records.get('LeNet-300-100')!;
    const large = await deepCompression('LeNet-300-100', data, { seed: 1, scale: 'smoke', probe: 50, budgets: { pruning: [1, 0], bits: 1, biasBits: 4 } });
    const [first, second] = large.own.rounds;
    assert.ok(first.density < 1 && first.density <= small.own.rounds[0].density);
    assert.deepEqual(Object.keys(second.densities), lenets['LeNet-300-100'].layers);
    assert.equal(second.density, first.density);
    assert.equal(large.reference, small.reference);
    assert.deepEqual(large.published, small.published, 'the paper has no budget');
  });

  it('refuses a setting that there is not', async () => {
    // @ts-expect-error: as a cell without types could
    await assert.rejects(deepCompression('LeNet-5', data, { seed: 1, scale: 'smoke', budget: 0.1 }), /deepCompression: .*budget/);
  });

  it('is claimed and drawn: each claim once, none judged on drawn digits', () => {
    for (const net of nets) {
      const all = [records.get(net)!, records.get(net)!];
      const sheet = claimSheet({ notebook: 'test', scale: 'smoke', data, seeds: [1, 1] });
      const { claims } = claimCompression(sheet, net, all);
      assert.equal(claims.length, 7 + 4 * (lenets[net].layers.length + 1) + 2);
      assert.deepEqual(new Set(claims.map(({ verdict }) => verdict)), new Set(['not judged']));
      for (const figure of [publishedStages(all, data), ownStages(all, data), roundsCurve(all, data)]) assert.match(figure.title, /drawn digits/);
    }
  });
});
