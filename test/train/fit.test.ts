import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { batchOrder } from '../../src/data';
import { foldIn, key } from '../../src/random';
import { adam, crossEntropy, evaluate, fit, type FitOptions, sgd } from '../../src/train';
import { allWeights, captureStderr, tinyModel, tinySplit } from '../models/tiny';

const SPLIT = tinySplit(key(1), 67);
const OPTIONS = { key: key(2), epochs: 3, batch: 20 };

describe('fit', () => {
  const captured = captureStderr();

  it('does what the same steps do op by op', async () => {
    const [model, twin] = [tinyModel(key(3)), tinyModel(key(3))];
    const history = await fit(model, SPLIT, { ...OPTIONS, learningRate: (progress) => 0.1 / (1 + Math.round(9 * progress)), optimizer: sgd() });
    const weights = twin.weights.map((weight) => weight.read() as tf.Variable);
    const losses: number[] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      for (const indices of batchOrder(foldIn(foldIn(OPTIONS.key, 'order'), epoch), 67, 20)) {
        const x = tf.tensor2d(Array.from(indices, (i) => Array.from(SPLIT.images.subarray(12 * i, 12 * i + 12), (pixel) => pixel / 255)));
        const y = tf.tensor1d(Array.from(indices, (i) => SPLIT.labels[i]), 'int32');
        const { value, grads } = tf.variableGrads(() => crossEntropy(y, twin.apply(x) as tf.Tensor), weights);
        weights.forEach((w) => w.assign(tf.sub(w, tf.mul(0.1 / (1 + losses.length), grads[w.name]))));
        losses.push(value.dataSync()[0]);
      }
    }
    const expected = allWeights(twin);
    allWeights(model).forEach((w, i) => assert.ok(Math.abs(w - expected[i]) < 1e-5, `weight ${i}`));
    assert.equal(losses.length, 9);
    history.forEach(({ epoch, loss }, i) => {
      const mean = losses.slice(3 * i, 3 * i + 3).reduce((sum, value) => sum + value) / 3;
      assert.ok(epoch === i + 1 && Math.abs(loss - mean) < 1e-6);
    });
  });

  it('learns, and says after each epoch what evaluate says', async () => {
    const model = tinyModel(key(4));
    const validation = tinySplit(key(5), 41);
    const history = await fit(model, SPLIT, { ...OPTIONS, epochs: 30, optimizer: adam(), learningRate: 0.02, validation });
    assert.deepEqual(history.map(({ epoch }) => epoch), Array.from({ length: 30 }, (_, i) => i + 1));
    assert.ok(history[29].loss < 0.1 * history[0].loss, `${history[29].loss}`);
    assert.ok(history[29].validation);
    assert.deepEqual(history[29].validation, await evaluate(model, validation));
    assert.ok(history[29].validation.errors <= 2, `${history[29].validation.errors} errors`);
    assert.match(captured.text, /^training tiny · epoch 30\/30 · loss 0\.0\d+ · error \d\.\d\d%\n$/m);
  });

  it('gives the same bytes for the same key, and others for another', async () => {
    const train = async (seed: number) => {
      const model = tinyModel(key(6));
      const history = await fit(model, SPLIT, { ...OPTIONS, key: key(seed) });
      return { history, weights: allWeights(model) };
    };
    const [first, again, other] = [await train(1), await train(1), await train(2)];
    assert.deepEqual(first, again);
    assert.notDeepEqual(first.weights, other.weights);
    assert.notDeepEqual(first.history, other.history);
  });

  it('gives models that are trained side by side what they get alone', async () => {
    const [a, b, alone] = [7, 8, 7].map((seed) => tinyModel(key(seed)));
    await Promise.all([fit(a, SPLIT, OPTIONS), fit(b, SPLIT, OPTIONS)]);
    await fit(alone, SPLIT, OPTIONS);
    assert.deepEqual(allWeights(a), allWeights(alone));
  });

  it('leaves no tensor and no variable behind, and takes no more with every step', async () => {
    const model = tinyModel(key(9), { dropout: 0.5 });
    const held: number[] = [];
    const optimizer = { ...adam(), rate: () => (held.push(tf.memory().numTensors), 0.01) };
    const count = () => [tf.memory().numTensors, tf.memory().numDataBuffers, Object.keys(tf.engine().registeredVariables).length];
    const before = count();
    await fit(model, SPLIT, { ...OPTIONS, epochs: 20, optimizer, validation: SPLIT });
    assert.deepEqual(count(), before);
    assert.deepEqual(new Set(held.slice(1)).size, 1);
    await assert.rejects(fit(model, SPLIT, { ...OPTIONS, learningRate: 1e30 }), /must be finite/);
    assert.deepEqual(count(), before);
  });

  it('stops at a loss that is not finite, names the step, and puts the weights back', async () => {
    const model = tinyModel(key(10));
    const before = allWeights(model);
    const learningRate = (progress: number) => (Math.round(9 * progress) === 4 ? 1e38 : 0.01);
    await assert.rejects(fit(model, SPLIT, { ...OPTIONS, learningRate }), /fit: the loss of tiny must be finite, got (NaN|Infinity) at step 5 \(epoch 2\); .*lower the learning rate/);
    assert.deepEqual(allWeights(model), before);
  });

  it('says what it cannot train on or with', async () => {
    const model = tinyModel(key(11));
    const before = [allWeights(model), tf.memory().numTensors];
    const rejects = (options: Partial<FitOptions>, message: RegExp, split = SPLIT) => assert.rejects(fit(model, split, { ...OPTIONS, ...options }), message);
    for (const epochs of [0, -1, 1.5, NaN]) await rejects({ epochs }, /fit: epochs must be a whole number from 1, got/);
    for (const batch of [0, -1, 1.5, 68]) await rejects({ batch }, /fit: the batch must be a whole number from 1 to 67, got/);
    for (const learningRate of [NaN, -0.1, Infinity]) await rejects({ learningRate }, /fit: the learning rate must be a number from 0, got .* at step 0/);
    await rejects({ learningRate: (progress) => 0.1 / (9 * progress - 2) }, /got -0.05 at step 0/);
    const wide = { ...SPLIT, images: new Uint8Array(67 * 16) };
    const beyond = { ...SPLIT, labels: SPLIT.labels.map((label) => label + 7) };
    await rejects({}, /fit: an image must have 12 values, the input \[12\] of tiny, got 16/, wide);
    await rejects({}, /fit: labels must be from 0 to 2, the outputs of tiny, got 9/, beyond);
    await rejects({ validation: beyond }, /fit: validation: labels must be from 0 to 2/);
    assert.deepEqual([allWeights(model), tf.memory().numTensors], before);
  });

  it('says so when all layers are frozen', async () => {
    const model = tinyModel(key(12));
    model.trainable = false;
    await assert.rejects(fit(model, SPLIT, OPTIONS), /fit: tiny must have weights to train, got none; all its layers are frozen/);
  });
});
