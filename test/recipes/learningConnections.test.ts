import assert from 'node:assert/strict';
import { drawnDigits } from '../../src/data';
import { claimSheet, han2015 } from '../../src/papers';
import { claimWays, connectionsSettings, connectionWays, densitiesAt, kernelValues, lenets, mindsPruning, type Reference, regularized, retrainedChart, type SixWays, sixWays, tableRounds, tableRow, waysChart, withDropout } from '../../src/recipes';
import { runFolder } from '../train/runFolder';

const images = drawnDigits({ train: 300, test: 100 });
const settings = connectionsSettings.smoke;
const sizes: Record<string, number> = { fc1: 235_200, fc2: 30_000, fc3: 1000 };
const atMost = (densities: Record<string, number>) => Object.entries(densities).reduce((sum, [layer, density]) => sum + Math.round(density * sizes[layer]), 0);

describe('learning both weights and connections', function () {
  this.timeout(120_000);
  runFolder();
  let nets: Record<'L2' | 'L1', Reference>;
  let record: SixWays;
  before(async () => {
    nets = { L2: await regularized('L2', images, 1, settings), L1: await regularized('L1', images, 1, settings) };
    record = await sixWays(nets, images, 1, settings);
  });

  it('the densities of Table 1 keep as many parameters as are printed, in rounds that only lose', () => {
    const { densities } = connectionsSettings.paper;
    const { prunedParameters, ratio } = han2015.table1;
    const kept = atMost(densities) + 410;
    assert.ok(kept / 1000 <= prunedParameters.value + prunedParameters.tolerance);
    assert.ok(266_610 / kept >= ratio.value - ratio.tolerance);
    for (const to of [densities, { fc1: 0.6, fc2: 0.3, fc3: 1 }]) {
      const rounds = tableRounds(to);
      assert.deepEqual(rounds.at(-1), to);
      for (const layer of lenets['LeNet-300-100'].layers) rounds.reduce((before, round) => (assert.ok(round[layer] <= before), round[layer]), 1);
    }
  });

  it('each round keeps at most what its level allows, and no connection comes back', () => {
    assert.deepEqual(record.rounds.map(({ level }) => level), settings.levels);
    let before: Record<string, Float32Array> = kernelValues(nets.L2.model);
    for (const { level, kernels, dead, connections } of record.rounds) {
      assert.ok(connections > 0 && connections <= atMost(densitiesAt(level)));
      assert.equal(connections, Object.values(kernels).reduce((sum, values) => sum + values.filter((weight) => weight !== 0).length, 0));
      for (const [layer, values] of Object.entries(kernels)) assert.ok(values.every((weight, i) => weight === 0 || before[layer][i] !== 0), layer);
      const units = Array.from({ length: 100 }, (_, unit) => kernels.fc2.some((weight, i) => weight !== 0 && i % 100 === unit));
      assert.equal(units.filter((alive) => !alive).length, dead.fc2, 'the dead units are those without connections');
      before = kernels;
    }
  });

  it('has an error for each way and level, and leaves the nets whole', () => {
    for (const way of connectionWays) {
      assert.equal(record.errors[way].length, settings.levels.length);
      assert.ok(record.errors[way].every((error) => error >= 0 && error <= 1));
    }
    assert.deepEqual(record.whole, { L2: nets.L2.error, L1: nets.L1.error });
    for (const kernel of Object.values(kernelValues(nets.L2.model))) assert.ok(!kernel.includes(0));
  });

  it('the same seed gives the same record, also where all is trained anew', async () => {
    const other = drawnDigits({ train: 300, test: 100 });
    const short = { ...settings, levels: [0.05] };
    const again = { L2: await regularized('L2', other, 1, short), L1: await regularized('L1', other, 1, short) };
    const { errors } = await sixWays(again, other, 1, short);
    for (const way of connectionWays) if (way !== 'L2, in rounds') assert.equal(errors[way][0], record.errors[way][1], way);
  });

  it("the row of Table 1 keeps at most its densities' connections", async () => {
    const row = await tableRow(nets.L2, images, 1, settings);
    assert.ok(row.connections > 0 && row.connections <= atMost(settings.densities));
    assert.equal(row.reference, nets.L2.error);
  });

  it('retrains with the dropout that it had or with less, from one net', async () => {
    const errors = await withDropout(images, 1, settings);
    assert.ok(Object.values(errors).every((error) => error >= 0 && error <= 1));
    const nothingCut = await withDropout(images, 1, { ...settings, densities: { fc1: 1, fc2: 1, fc3: 1 } });
    assert.equal(nothingCut.before, errors.before);
  });

  it('one layer is measured at a time: whole, all err alike, as the net does', async () => {
    const found = await mindsPruning(nets.L2.model, images, settings);
    assert.deepEqual(Object.keys(found), lenets['LeNet-300-100'].layers);
    assert.equal(new Set(Object.values(found).map(([{ error }]) => error)).size, 1);
  });

  it('is claimed and drawn: a claim for each level that was run', () => {
    const sheet = claimSheet({ notebook: 'test', scale: 'smoke', data: images, seeds: [1] });
    assert.equal(claimWays(sheet, [record, record], settings).claims.length, 1);
    for (const figure of [waysChart([record], settings, images), retrainedChart([record, record], settings, images)]) assert.match(figure.title, /drawn digits/);
  });
});
