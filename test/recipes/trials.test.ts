import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../../src';
import type { Trial } from '../../src/papers/trials';
import { compressionSettings, type LeNet, lenets, trialImages, trialSeeds } from '../../src/recipes';
import { projectRoot } from '../../src/system';

/** Images of one pixel pair each, all different, that say which image they are. */
const numbered = (count: number, from: number) => ({ images: Uint8Array.from({ length: 2 * count }, (_, i) => (i % 2 ? (i >> 1) + from : ((i >> 1) + from) >> 8)), labels: new Uint8Array(count), count, shape: [2] });
const numbersOf = ({ images }: { images: Uint8Array | Float32Array }) => Array.from({ length: images.length / 2 }, (_, i) => 256 * images[2 * i] + images[2 * i + 1]);

describe('images of a trial', () => {
  const dataset: Dataset = { name: 'numbered', real: false, shape: [2], classes: ['one'], train: numbered(10_500, 0), test: numbered(100, 20_000) };
  const { train, test } = trialImages(dataset);

  it('are the training images, each on one side, 10,000 to judge by; none is of the test set', () => {
    assert.equal(test.count, 10_000);
    const all = [...numbersOf(train), ...numbersOf(test)].sort((a, b) => a - b);
    assert.deepEqual(all, Array.from({ length: 10_500 }, (_, i) => i));
  });

  it('are the same for every trial', () => assert.deepEqual(trialImages(dataset), { train, test }));
});

describe('what trials chose', () => {
  for (const net of Object.keys(lenets) as LeNet[])
    it(`is what the recipes use of ${net}, tried first`, () => {
      const trials = JSON.parse(readFileSync(join(projectRoot, 'results', 'trials', `${net}.json`), 'utf8')) as Trial[];
      const first = (quantity: string) => trials.find((trial) => trial.quantity === quantity)?.value;
      assert.equal(first('first rate of the reference'), String(lenets[net].rate));
      assert.equal(first('budgets of pruning (nats)'), compressionSettings[net].paper.budgets.pruning.join(', '));
      assert.ok(trials.every((trial) => trial.net === net && trialSeeds.includes(trial.seed)));
    });
});
