/** Every architecture trains: what it emits, forward and gradient, has a lowering. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { bnnConvNet, lenet300, lenet5, mlp, resnet, smallSqueezenet, squeezenet, vgg16 } from '../../src/models';
import { key, uniform } from '../../src/random';
import { crossEntropy, sgd } from '../../src/train';
import { compileSteps, imageStep, inputShape } from '../../src/train/step';

const ARCHITECTURES: Record<string, () => tf.LayersModel> = {
  'LeNet-300-100': () => lenet300(key(1)),
  'LeNet-5': () => lenet5(key(1)),
  'a net of dense layers with dropout': () => mlp(key(1), [784, 30, 30, 10], { dropout: { input: 0.2, hidden: 0.5 } }),
  'ResNet-20': () => resnet(key(1), 20),
  'ResNet-56': () => resnet(key(1), 56),
  'VGG-16': () => vgg16(key(1)),
  'the ConvNet of BNN': () => bnnConvNet(key(1), { width: 1 / 4 }),
  SqueezeNet: () => squeezenet(key(1), { classes: 10 }),
  'a small SqueezeNet with complex bypass': () => smallSqueezenet(key(1), { bypass: 'complex' }),
  'SqueezeNet with bypass': () => squeezenet(key(1), { classes: 10, bypass: 'simple' }),
};

describe('a training step of', () => {
  for (const [name, create] of Object.entries(ARCHITECTURES)) {
    it(`${name} moves every kernel, and the loss falls on the batch that it has seen`, async () => {
      const model = create();
      const batch = 2;
      const kernels = model.trainableWeights.filter(({ originalName }) => originalName.endsWith('/kernel'));
      const before = kernels.map((weight) => tf.clone(weight.read()));
      const steps = await compileSteps({ model, ...imageStep(model, batch, crossEntropy), optimizer: sgd(), counts: [1] });
      const x = uniform(key(2), tf.util.sizeFromShape(inputShape(model, batch)));
      const run = async (rate: number) => (await steps.run([x, Int32Array.of(3, 7)], Float32Array.of(rate), steps.draw([key(4)])))[0];
      const first = await run(1e-3);
      const second = await run(1e-3);
      assert.ok(second < first && Number.isFinite(first), `${first}, then ${second}`);
      kernels.forEach((weight, i) => {
        const [old, now] = [before[i].dataSync(), weight.read().dataSync()];
        assert.ok(now.some((value, at) => value !== old[at]), `${weight.originalName} has not moved`);
      });
      await steps.dispose();
      tf.dispose(before);
      model.dispose();
    });
  }
});
