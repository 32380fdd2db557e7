import assert from 'node:assert/strict';
import type * as tf from '@tensorflow/tfjs';
import { prune, share } from '../../src/compress';
import { key } from '../../src/random';
import { adam, evaluate, fit, type Optimizer, sgd } from '../../src/train';
import { parametrize, strip, transformsOf } from '../../src/weights';
import { trainable } from '../../src/weights/model';
import { logitsOf, mixedNet, pictures } from '../models/small';
import { allWeights, captureStderr } from '../models/tiny';

const SPLIT = pictures(key(41), 40);
const train = (model: tf.LayersModel, optimizer: Optimizer, epochs = 3) => fit(model, SPLIT, { key: key(42), epochs, batch: 8, learningRate: 0.02, optimizer });

/** Kernels of each kind: of a convolution, a depthwise one, both of a separable one, and of a dense layer. */
const KERNELS = [['conv', 'kernel'], ['deep', 'depthwise_kernel'], ['apart', 'depthwise_kernel'], ['apart', 'pointwise_kernel'], ['hidden', 'kernel']] as const;
const OPTIMIZERS = { 'Nesterov momentum with weight decay': sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.01 }), Adam: adam() };

const valuesOf = (model: tf.LayersModel, [layer, name]: readonly [string, string]): number[] =>
  [...model.getLayer(layer).weights.find(({ originalName }) => originalName.endsWith(`/${name}`))!.read().dataSync()];

for (const [name, optimizer] of Object.entries(OPTIMIZERS)) {
  describe(`kernels of convolutional, depthwise, separable and dense layers, by ${name},`, () => {
    captureStderr();

    it('keep their masks: momentum brings no pruned weight back, and the others move', async () => {
      const model = mixedNet();
      await train(model, optimizer, 1); // all weights have moved before
      const handles = KERNELS.map(([layer, weight]) => parametrize(model.getLayer(layer), weight, prune({ density: 0.5 })));
      const masks = handles.map(({ transform }) => [...transform.mask.dataSync()]);
      const before = KERNELS.map((kernel) => valuesOf(model, kernel));
      await train(model, optimizer);
      KERNELS.forEach((kernel, k) => {
        const [after, stored] = [valuesOf(model, kernel), handles[k].trained[0].dataSync()];
        assert.equal(masks[k].filter((one) => one === 1).length, Math.round(after.length / 2));
        masks[k].forEach((one, i) => assert.ok(one === 1 ? after[i] !== before[k][i] && after[i] === stored[i] : after[i] === 0 && stored[i] === 0, `${kernel.join('/')} ${i}`));
        assert.deepEqual([...handles[k].transform.mask.dataSync()], masks[k]);
      });
    });

    it('keep their clusters: weights that shared a value share the trained one, and zeros stay', async () => {
      const model = mixedNet();
      for (const [layer, weight] of KERNELS) parametrize(model.getLayer(layer), weight, prune({ density: 0.6 }));
      const handles = KERNELS.map(([layer, weight]) => parametrize(model.getLayer(layer), weight, share({ bits: 2 })));
      const before = KERNELS.map((kernel, k) => ({ weights: valuesOf(model, kernel), table: [...handles[k].trained[0].dataSync()] }));
      await train(model, optimizer);
      KERNELS.forEach((kernel, k) => {
        const trained = [...handles[k].trained[0].dataSync()];
        const { weights, table } = before[k];
        assert.equal(trained.length, 3);
        assert.ok(weights.every((value) => value === 0 || trained[table.indexOf(value)] !== value), kernel.join('/'));
        assert.deepEqual(valuesOf(model, kernel), weights.map((value) => (value === 0 ? 0 : trained[table.indexOf(value)])), kernel.join('/'));
      });
      assert.equal(trainable(model).filter((variable) => handles.some(({ trained: [centroids] }) => centroids === variable)).length, KERNELS.length);
    });
  });
}

describe('a parametrized convolutional net', () => {
  captureStderr();

  it('is evaluated by its effective values, and folds to the same weights, bits and evaluation', async () => {
    const model = mixedNet();
    for (const [layer, weight] of KERNELS) {
      parametrize(model.getLayer(layer), weight, prune({ density: 0.6 }));
      parametrize(model.getLayer(layer), weight, share({ bits: 2 }));
    }
    await train(model, sgd({ momentum: 0.9 }));
    const plain = mixedNet(key(43));
    plain.setWeights(model.getWeights());
    const [weights, logits, evaluation] = [allWeights(model), logitsOf(model, SPLIT), await evaluate(model, SPLIT)];
    assert.deepEqual([logitsOf(plain, SPLIT), await evaluate(plain, SPLIT)], [logits, evaluation]);
    strip(model);
    assert.deepEqual([allWeights(model), logitsOf(model, SPLIT), await evaluate(model, SPLIT)], [weights, logits, evaluation]);
    for (const [layer, weight] of KERNELS) assert.deepEqual(transformsOf(model.getLayer(layer), weight), []);
  });

  it('trains normalisation through transforms, too', async () => {
    const model = mixedNet();
    const { transform } = parametrize(model.getLayer('norm'), 'gamma', prune({ density: 0.5 }));
    const mask = [...transform.mask.dataSync()];
    await train(model, sgd({ momentum: 0.9 }));
    valuesOf(model, ['norm', 'gamma']).forEach((gamma, i) => assert.ok(mask[i] ? gamma !== 0 && gamma !== 1 : gamma === 0));
  });
});
