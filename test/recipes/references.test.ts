import assert from 'node:assert/strict';
import { drawnDigits } from '../../src/data';
import { evaluate } from '../../src';
import { type LeNet, lenets, reference } from '../../src/recipes';
import { kernels } from '../../src/weights';
import { runFolder } from '../train/runFolder';

const images = drawnDigits({ train: 300, test: 100 });

describe('the references', function () {
  this.timeout(120_000);
  runFolder();

  for (const net of Object.keys(lenets) as LeNet[])
    it(`${net}: has the layers that the recipes name, its own error after the last epoch, and the weights of its seed`, async () => {
      const train = async (seed: number) => reference(net, images, { seed, epochs: 1, rate: lenets[net].rate });
      const { model, history, error } = await train(1);
      assert.deepEqual(kernels(model).map(({ layer }) => layer.name), lenets[net].layers);
      assert.equal(history.length, 1);
      assert.equal((await evaluate(model, images.test)).error, error);
      const [again, other] = [await train(1), await train(2)];
      const values = [model, again.model, other.model].map((of) => [...of.weights[0].read().dataSync()]);
      assert.deepEqual(values[0], values[1]);
      assert.notDeepEqual(values[0], values[2]);
    });

  it('take the epochs and the rate of their scale, and others in their place', async () => {
    const { history } = await reference('LeNet-300-100', images, { seed: 1, scale: 'smoke' });
    assert.equal(history.length, lenets['LeNet-300-100'].epochs.smoke);
    const whole = await reference('LeNet-300-100', images, { seed: 1, epochs: 3, rate: 0 });
    assert.equal(whole.history.length, 3);
  });
});
