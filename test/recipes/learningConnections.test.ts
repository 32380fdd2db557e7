import assert from 'node:assert/strict';
import { copyModel, digits, lenet300, key, type Dataset } from '../../src';
import { connectionsSettings, densitiesAt, inRounds, kernelValues, regularized, sixWays, tableRow, withDropout, type Reference } from '../../src/recipes';
import { runFolder } from '../train/runFolder';

const settings = connectionsSettings.smoke;
const connectionsOf = (model: ReturnType<typeof lenet300>) => Object.values(kernelValues(model)).reduce((sum, values) => sum + values.filter((weight) => weight !== 0).length, 0);

describe('learning both weights and connections', () => {
  runFolder();
  let images: Dataset;
  let net: Reference;
  before(async () => {
    images = await digits({ scale: 'smoke' });
    net = await regularized('L2', images, 1, 'smoke');
  });

  it('keeps the parts that it says, and leaves the reference whole', async () => {
    const rounds = await inRounds(net.model, images, 1, settings);
    assert.deepEqual(rounds.map(({ level }) => level), settings.levels);
    for (const { level, kernels, connections } of rounds) {
      const kept = (layer: string) => kernels[layer].filter((weight) => weight !== 0).length / kernels[layer].length;
      // Dead units take their other connections with them.
      for (const [layer, density] of Object.entries(densitiesAt(level))) assert.ok(kept(layer) <= density + 1e-3 && kept(layer) > 0, `${layer} ${kept(layer)}`);
      assert.equal(connections, Object.values(kernels).reduce((sum, values) => sum + values.filter((weight) => weight !== 0).length, 0));
    }
    assert.ok(rounds[1].connections < rounds[0].connections);
    assert.equal(connectionsOf(net.model), 266_200);
  });

  it('gives each way an error at each level, the same from run to run', async () => {
    const nets = { L2: net.model, L1: (await regularized('L1', images, 1, 'smoke')).model };
    const first = await sixWays(nets, images, 1, settings);
    assert.ok(Object.values(first.curves).every((errors) => errors.length === settings.levels.length && errors.every((error) => error >= 0 && error <= 1)));
    assert.deepEqual((await sixWays(nets, images, 1, settings)).curves, first.curves);
    assert.notDeepEqual(first.curves['L1, not retrained'], first.curves['L2, not retrained']);
  });

  it('ends the row of Table 1 at its densities or below', async () => {
    const row = await tableRow(net, images, 1, settings);
    assert.equal(row.reference, net.error);
    assert.ok(row.connections > 0 && row.connections <= Math.ceil(0.08 * 235_200) + Math.ceil(0.09 * 30_000) + Math.ceil(0.26 * 1000));
  });

  it('retrains with two rates of dropout from the same net', async () => {
    const record = await withDropout(images, 1, 'smoke');
    assert.deepEqual(await withDropout(images, 1, 'smoke'), record);
    assert.notEqual(record.asItWas, record.before);
  });

  it('does not share the weights of a copy', async () => {
    const copy = await copyModel(net.model);
    copy.setWeights(lenet300(key(9)).getWeights());
    assert.notDeepEqual(kernelValues(copy), kernelValues(net.model));
  });
});
