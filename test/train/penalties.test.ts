/** Regularizers and constraints of the layers, as tfjs has them. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prune } from '../../src/compress';
import { initialize, mlp } from '../../src/models';
import { key } from '../../src/random';
import { fit, sgd } from '../../src/train';
import { parametrize } from '../../src/weights';
import { captureStderr, imagesOf, tinySplit, valuesOf } from '../models/tiny';

const SPLIT = tinySplit(key(2), 60);
const train = (model: tf.LayersModel, epochs = 5) => fit(model, SPLIT, { key: key(3), epochs, batch: 10, learningRate: 0.1 });

/** The norm of the weights into each of the 8 hidden units. */
const norms = (kernel: Float32Array): number[] => Array.from({ length: 8 }, (_, unit) => Math.hypot(...kernel.filter((_, i) => i % 8 === unit)));

describe('constraints of layers', () => {
  captureStderr();

  it('hold after each update: max-norm keeps the weights into each unit at the limit or below', async () => {
    const free = mlp(key(1), [12, 8, 3]);
    await train(free);
    const lengths = norms(valuesOf(free.getLayer('fc1')));
    const limit = (Math.min(...lengths) + Math.max(...lengths)) / 2;
    const held = mlp(key(1), [12, 8, 3], { maxNorm: limit });
    await train(held);
    const after = norms(valuesOf(held.getLayer('fc1')));
    assert.ok(after.every((norm) => norm <= limit * (1 + 1e-6)), after.join());
    assert.ok(after.some((norm) => norm > limit * (1 - 1e-5)) && after.some((norm) => norm < limit * (1 - 1e-3)), after.join());
  });

  it('hold on pruned weights too, whose mask stays', async () => {
    const model = mlp(key(1), [12, 8, 3], { maxNorm: 0.5 });
    const { transform } = parametrize(model.getLayer('fc1'), 'kernel', prune({ density: 0.5 }));
    await train(model);
    const kernel = valuesOf(model.getLayer('fc1'));
    const mask = transform.mask.dataSync();
    assert.ok(norms(kernel).every((norm) => norm <= 0.5 * (1 + 1e-6)));
    kernel.forEach((value, i) => assert.ok(mask[i] === 1 || value === 0));
  });
});

describe('regularizers of layers', () => {
  captureStderr();

  it('are added to the loss, and to its gradient', async () => {
    const model = initialize(tf.sequential({ layers: [tf.layers.dense({ name: 'fc', inputShape: [12], units: 3, kernelRegularizer: tf.regularizers.l1l2({ l1: 0.02, l2: 0.1 }) })] }), key(4));
    const kernel = model.getWeights()[0];
    const step = tf.tidy(() => {
      const [w, b] = [tf.clone(kernel), tf.zeros([3])];
      const loss = (w: tf.Tensor) => {
        const logits = tf.add(tf.matMul(imagesOf(SPLIT), w as tf.Tensor2D), b);
        const fitted = tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(Int32Array.from(SPLIT.labels), 'int32'), 3), logits);
        return tf.addN([fitted, tf.mul(0.02, tf.sum(tf.abs(w))), tf.mul(0.1, tf.sum(tf.square(w)))]);
      };
      const { value, grad } = tf.valueAndGrad(loss)(w);
      return { loss: value.dataSync()[0], kernel: tf.sub(w, tf.mul(0.1, grad)).dataSync() };
    });
    const [{ loss }] = await fit(model, SPLIT, { key: key(3), epochs: 1, batch: 60, learningRate: 0.1, optimizer: sgd() });
    assert.ok(Math.abs(loss - step.loss) < 1e-5, `${loss}, expected ${step.loss}`);
    valuesOf(model.layers[0]).forEach((value, i) => assert.ok(Math.abs(value - step.kernel[i]) < 1e-6, `${i}: ${value}, expected ${step.kernel[i]}`));
  });
});

describe('a model of two inputs', () => {
  it('is refused by name', () => {
    const [a, b] = [tf.input({ shape: [12] }), tf.input({ shape: [12] })];
    const model = tf.model({ name: 'two', inputs: [a, b], outputs: tf.layers.dense({ units: 3 }).apply(tf.layers.add().apply([a, b])) as tf.SymbolicTensor });
    return assert.rejects(train(model), /fit: two must have one input, the images, and one output, the logits, got 2 and 1/);
  });
});
