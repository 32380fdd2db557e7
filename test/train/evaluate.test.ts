import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { key } from '../../src/random';
import { evaluate, predict as logitsOf } from '../../src/train';
import { predict, tinyModel, tinySplit } from '../models/tiny';

const SPLIT = tinySplit(key(1), 37);

describe('evaluate', () => {
  it('gives what predict gives, op by op, at every batch size', async () => {
    const model = tinyModel(key(2));
    const logits = predict(model, SPLIT);
    let [loss, errors] = [0, 0];
    SPLIT.labels.forEach((label, i) => {
      const scores = [...logits.subarray(3 * i, 3 * i + 3)];
      loss += Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[label];
      errors += +(scores.indexOf(Math.max(...scores)) !== label);
    });
    assert.ok(errors > 5 && errors < 37);
    for (const batch of [1, 5, 36, 37, 38, 1000]) {
      const found = await evaluate(model, SPLIT, { batch });
      assert.deepEqual([found.errors, found.count, found.error], [errors, 37, errors / 37], `batch ${batch}`);
      assert.ok(Math.abs(found.loss - loss / 37) < 1e-6, `batch ${batch}: ${found.loss}`);
    }
  });

  it('gives a tie to the first class, and counts outputs that are not numbers as errors', async () => {
    const model = tinyModel(key(3));
    const set = (bias: number[]) => model.layers[1].setWeights([tf.zeros([8, 3]), tf.tensor1d(bias)]);
    const classes = (wanted: (label: number) => boolean) => SPLIT.labels.filter(wanted).length;
    set([1, 1, 1]);
    assert.equal((await evaluate(model, SPLIT)).errors, classes((label) => label !== 0));
    set([0, 1, 1]);
    assert.equal((await evaluate(model, SPLIT)).errors, classes((label) => label !== 1));
    set([NaN, NaN, NaN]);
    const { errors, loss } = await evaluate(model, SPLIT);
    assert.deepEqual([errors, loss], [37, NaN]);
  });

  it('has the loss of certain answers at large logits: 0 where right, the distance where wrong', async () => {
    const model = tinyModel(key(4));
    model.layers[1].setWeights([tf.zeros([8, 3]), tf.tensor1d([1000, 0, 0])]);
    const wrong = SPLIT.labels.filter((label) => label !== 0).length;
    assert.ok(Math.abs((await evaluate(model, SPLIT)).loss - (1000 * wrong) / 37) < 1e-6);
  });

  it('uses no dropout, and leaves no tensor behind', async () => {
    const [model, plain] = [tinyModel(key(5), { dropout: 0.9 }), tinyModel(key(5))];
    const expected = await evaluate(plain, SPLIT);
    const before = tf.memory().numTensors;
    assert.deepEqual(await evaluate(model, SPLIT), expected);
    assert.equal(tf.memory().numTensors, before);
  });

  it('says what a model cannot take', async () => {
    const model = tinyModel(key(6));
    const rejects = (split: object, message: RegExp) => assert.rejects(evaluate(model, { ...SPLIT, ...split }), message);
    await rejects({ labels: SPLIT.labels.map((label) => label + 1) }, /evaluate: labels must be from 0 to 2, the outputs of tiny, got 3/);
    await rejects({ images: new Uint8Array(37 * 16) }, /evaluate: an image must have 12 values, the input \[12\] of tiny, got 16/);
    await rejects({ count: 36 }, /evaluate: a split must have images and a label for each, got 37 labels and a count of 36/);
    await rejects({ images: new Uint8Array(0), labels: new Uint8Array(0), count: 0 }, /evaluate: a split must have images/);
    for (const batch of [0, -1, 2.5, NaN]) await assert.rejects(evaluate(model, SPLIT, { batch }), /evaluate: the batch must be a whole number from 1, got/);
  });
});

describe('predict', () => {
  it('gives the logits of each image in order, at every batch size', async () => {
    const model = tinyModel(key(2));
    const expected = predict(model, SPLIT);
    for (const batch of [1, 5, 37, 1000]) {
      const logits = await logitsOf(model, SPLIT, { batch });
      assert.equal(logits.length, expected.length);
      logits.forEach((logit, i) => assert.ok(Math.abs(logit - expected[i]) < 1e-5, `batch ${batch}, ${i}: ${logit}, expected ${expected[i]}`));
    }
    await assert.rejects(logitsOf(model, SPLIT, { batch: 0 }), /predict: the batch must be a whole number from 1/);
  });
});
