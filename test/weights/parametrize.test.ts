import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prune, share } from '../../src/compress';
import { compile, customGradient } from '../../src/engine';
import { key } from '../../src/random';
import { adam, fit } from '../../src/train';
import { type Method, parametrize, strip, transformsOf } from '../../src/weights';
import { project, trainable, variables } from '../../src/weights/model';
import { allWeights, captureStderr, imagesOf, predict, tinyModel, tinySplit, valuesOf } from '../models/tiny';

const SPLIT = tinySplit(key(1), 60);
const train = (model: tf.LayersModel, epochs = 2) => fit(model, SPLIT, { key: key(2), epochs, batch: 20, learningRate: 0.05 });

/** The tiny model and its first layer. */
function tiny(seed = 3): { model: tf.Sequential; fc1: tf.layers.Layer; fc2: tf.layers.Layer } {
  const model = tinyModel(key(seed));
  return { model, fc1: model.layers[0], fc2: model.layers[1] };
}

/** w + 1 forwards: what is seen and what is stored are easily told apart. */
const shifted: Method = () => ({ name: 'shift', forward: (w) => tf.add(w, 1) });
const doubled: Method = () => ({ name: 'double', forward: (w) => tf.mul(w, 2) });

const straightThrough = (x: tf.Tensor, forward: (x: tf.Tensor) => tf.Tensor) => customGradient(x, forward, (gradient) => gradient);

/** A straight-through quantiser as a user would write it: w to the nearest multiple of `unit`. */
const quantized = (unit: number): Method => () => ({
  name: 'quantize',
  forward: (w) => straightThrough(w, (x) => tf.mul(tf.round(tf.div(x, unit)), unit)),
  project: (w) => tf.clipByValue(w, -1, 1),
});

describe('parametrize', () => {
  captureStderr();

  it('gives effective values wherever a model is read, and keeps the stored ones', async () => {
    const { model, fc1 } = tiny();
    const stored = valuesOf(fc1);
    const wanted = stored.map((value) => Math.fround(value + 1));
    const handle = parametrize(fc1, 'kernel', shifted);
    assert.deepEqual(valuesOf(fc1), wanted);
    assert.deepEqual(fc1.weights[0].read().dataSync(), wanted);
    assert.deepEqual(model.getWeights()[0].dataSync(), wanted);
    assert.deepEqual(handle.trained[0].dataSync(), stored);
    let saved: tf.io.ModelArtifacts | undefined;
    await model.save(tf.io.withSaveHandler((artifacts) => ((saved = artifacts), Promise.resolve({} as tf.io.SaveResult))));
    const bytes = tf.io.concatenateArrayBuffers([saved!.weightData as ArrayBuffer].flat());
    assert.deepEqual(new Float32Array(bytes.slice(0, 4 * 96)), wanted);

    const plain = tiny().model;
    plain.layers[0].setWeights([tf.tensor(wanted, [12, 8]), tf.zeros([8])]);
    assert.deepEqual(predict(model, SPLIT), predict(plain, SPLIT));
  });

  it('stacks transforms, the first one lowest', () => {
    const { model, fc1 } = tiny();
    const stored = valuesOf(fc1);
    parametrize(fc1, 'kernel', shifted);
    parametrize(fc1, 'kernel', doubled);
    assert.deepEqual(valuesOf(fc1), stored.map((value) => Math.fround(Math.fround(value + 1) * 2)));
    assert.deepEqual(transformsOf(fc1, 'kernel').map(({ name }) => name), ['shift', 'double']);
    assert.deepEqual(transformsOf(model.layers[1], 'kernel'), []);
  });

  it('makes a transform from the effective value, and of the weight named', () => {
    const { fc1 } = tiny();
    const seen: [number, string][] = [];
    const spy: Method = (value, name) => (seen.push([value.dataSync()[0], name]), shifted(value, name));
    parametrize(fc1, 'bias', spy);
    parametrize(fc1, 'bias', spy);
    assert.deepEqual(seen, [[0, 'fc1/bias'], [1, 'fc1/bias']]);
    assert.deepEqual([...valuesOf(fc1, 1)], Array(8).fill(2));
  });

  it('trains what is stored, and lets transforms project it', async () => {
    const { model, fc1, fc2 } = tiny();
    const { trained: [stored] } = parametrize(fc1, 'kernel', quantized(0.25));
    parametrize(fc2, 'kernel', quantized(0.25));
    const [before, effective] = [stored.dataSync(), valuesOf(fc1)];
    const history = await fit(model, SPLIT, { key: key(4), epochs: 20, batch: 20, optimizer: adam(), learningRate: 0.02 });
    assert.ok(history[19].loss < 0.3 * history[0].loss, `${history[0].loss} to ${history[19].loss}`);
    const [after, used] = [stored.dataSync(), valuesOf(fc1)];
    assert.ok(used.every((value) => Number.isInteger(value / 0.25) && Math.abs(value) <= 1));
    assert.ok(after.every((value) => Math.abs(value) <= 1) && after.some((value) => !Number.isInteger(value / 0.25)));
    assert.ok(after.some((value, i) => value !== before[i] && used[i] === effective[i]), 'no weight moved within its step');
    assert.ok(used.some((value, i) => value !== effective[i]), 'no weight moved to another step');
  });

  it('reads anew after an assignment to what is stored, and after one to the state', () => {
    const { fc1 } = tiny();
    const handle = parametrize(fc1, 'kernel', prune({ density: 1 }));
    assert.deepEqual([fc1.getWeights()[0], fc1.getWeights()[0]].map(({ id }) => id), Array(2).fill(fc1.weights[0].read().id));
    handle.trained[0].assign(tf.fill([12, 8], 5));
    assert.deepEqual(new Set(valuesOf(fc1)), new Set([5]));
    handle.transform.mask.assign(tf.zeros([12, 8]));
    assert.deepEqual(new Set(valuesOf(fc1)), new Set([0]));
  });

  it('leaks no tensor by reading, predicting and training', async () => {
    const { model, fc1, fc2 } = tiny();
    parametrize(fc1, 'kernel', prune({ density: 0.5 }));
    parametrize(fc2, 'kernel', prune({ density: 0.5 }));
    parametrize(fc2, 'kernel', share({ bits: 2 }));
    const use = async () => {
      for (let i = 0; i < 20; i++) {
        allWeights(model);
        predict(model, SPLIT);
      }
      project(model);
      await train(model, 1);
      allWeights(model);
      return tf.memory().numTensors;
    };
    const first = await use();
    assert.deepEqual([await use(), await use()], [first, first]);
  });

  it('gives back every tensor with remove, with strip, and with the model', () => {
    for (const end of ['remove', 'strip', 'dispose'] as const) {
      const before = tf.memory().numTensors;
      const { model, fc1 } = tiny();
      const made = tf.memory().numTensors;
      const handles = [parametrize(fc1, 'kernel', prune({ density: 0.5 })), parametrize(fc1, 'kernel', share({ bits: 3 })), parametrize(fc1, 'bias', shifted)];
      allWeights(model);
      if (end === 'remove') handles.reverse().forEach((handle) => handle.remove());
      if (end === 'strip') strip(model);
      if (end !== 'dispose') assert.equal(tf.memory().numTensors, made, end);
      model.dispose();
      assert.equal(tf.memory().numTensors, before, end);
    }
  });

  it('keeps two models apart whose layers have the same names', async () => {
    const [a, b] = [tiny(5), tiny(5)];
    parametrize(a.fc1, 'kernel', prune({ density: 0.5 }));
    parametrize(b.fc1, 'kernel', share({ bits: 1 }));
    await Promise.all([train(a.model), train(b.model)]);
    assert.equal(valuesOf(a.fc1).filter((value) => value === 0).length, 48);
    assert.equal(new Set(valuesOf(b.fc1)).size, 2);

    const alone = tiny(5);
    parametrize(alone.fc1, 'kernel', prune({ density: 0.5 }));
    await train(alone.model);
    assert.deepEqual(allWeights(alone.model), allWeights(a.model));
  });

  it('names the weight that a layer does not have', () => {
    assert.throws(() => parametrize(tiny().fc1, 'gamma', shifted), /parametrize: fc1 has no weight gamma, it has kernel, bias/);
    assert.throws(() => parametrize(tf.layers.dense({ units: 1, name: 'new' }), 'kernel', shifted), /new has no weight kernel, .*build the model first/);
  });

  it('leaves the layer as it was when the transform cannot be made', () => {
    const { fc1 } = tiny();
    const read = fc1.weights[0].read();
    assert.throws(() => parametrize(fc1, 'kernel', prune({ density: 7 })), RangeError);
    assert.equal(fc1.weights[0].read(), read);
    assert.deepEqual(transformsOf(fc1, 'kernel'), []);
  });
});

describe('remove', () => {
  captureStderr();

  it('takes the topmost transform off alone, and brings the stored values back', () => {
    const { fc1 } = tiny();
    const stored = valuesOf(fc1);
    const [lower, upper] = [parametrize(fc1, 'kernel', shifted), parametrize(fc1, 'kernel', doubled)];
    assert.throws(() => lower.remove(), /remove: shift of fc1\/kernel must be the last transform put on, but that is double; remove it first/);
    upper.remove({ keep: 'original' });
    assert.deepEqual(valuesOf(fc1), stored.map((value) => Math.fround(value + 1)));
    assert.throws(() => upper.remove(), /must be the last transform put on, but that is shift/);
    lower.remove({ keep: 'original' });
    assert.deepEqual(valuesOf(fc1), stored);
    assert.throws(() => lower.remove(), /it was removed before/);
    parametrize(fc1, 'kernel', doubled);
    assert.deepEqual(valuesOf(fc1), stored.map((value) => Math.fround(2 * value)));
  });

  it('keeps the shared values that were trained', async () => {
    const { model, fc1 } = tiny();
    const handle = parametrize(fc1, 'kernel', share({ bits: 2 }));
    await train(model);
    const shared = valuesOf(fc1);
    handle.remove();
    assert.deepEqual(valuesOf(fc1), shared);
    await train(model);
    assert.ok(new Set(valuesOf(fc1)).size > 4, 'the weights are free again');
  });

  it('of weights shared twice goes back to those shared first', () => {
    const { model, fc1 } = tiny();
    parametrize(fc1, 'kernel', share({ bits: 3 }));
    const first = valuesOf(fc1);
    parametrize(fc1, 'kernel', share({ bits: 1 })).remove({ keep: 'original' });
    assert.deepEqual(valuesOf(fc1), first);
    parametrize(fc1, 'kernel', share({ bits: 1 }));
    const second = valuesOf(fc1);
    strip(model);
    assert.deepEqual(valuesOf(fc1), second);
  });
});

describe('strip', () => {
  captureStderr();

  it('bakes the effective values in: the same bytes are predicted, and nothing else is left', async () => {
    const { model, fc1, fc2 } = tiny();
    parametrize(fc1, 'kernel', prune({ density: 0.3 }));
    parametrize(fc1, 'kernel', share({ bits: 2 }));
    parametrize(fc2, 'kernel', quantized(0.5));
    await train(model);
    const [weights, logits] = [allWeights(model), predict(model, SPLIT)];
    strip(model);
    assert.deepEqual(allWeights(model), weights);
    assert.deepEqual(predict(model, SPLIT), logits);
    assert.deepEqual([transformsOf(fc1, 'kernel'), transformsOf(fc2, 'kernel')], [[], []]);
    assert.deepEqual(trainable(model), model.weights.map((weight) => weight.read()));
    strip(model);
    assert.deepEqual(allWeights(model), weights);
  });
});

describe('weights of a parametrized layer', () => {
  captureStderr();

  it('are set below a mask, and cannot be set through shared values', () => {
    const { fc1 } = tiny();
    parametrize(fc1, 'kernel', prune({ density: 0.5 }));
    fc1.setWeights([tf.ones([12, 8]), tf.zeros([8])]);
    assert.equal(valuesOf(fc1).reduce((sum, value) => sum + value), 48);
    const handle = parametrize(fc1, 'kernel', share({ bits: 2 }));
    assert.throws(() => fc1.setWeights([tf.ones([12, 8]), tf.zeros([8])]), /fc1\/kernel: weights cannot be set through share; remove the transform or strip/);
    handle.remove();
    fc1.setWeights([tf.zeros([12, 8]), tf.ones([8])]);
    assert.deepEqual(new Set(valuesOf(fc1)), new Set([0]));
  });

  it('are trained through the topmost variable, and all that they hold is state', () => {
    const { model, fc1, fc2 } = tiny();
    const [kernel1, bias1, kernel2, bias2] = model.weights.map((weight) => weight.read());
    const { mask } = parametrize(fc1, 'kernel', prune({ density: 0.5 })).transform;
    assert.deepEqual(trainable(model), [kernel1, bias1, kernel2, bias2]);
    assert.deepEqual(variables(model), [kernel1, mask, bias1, kernel2, bias2]);
    const { centroids, state } = parametrize(fc1, 'kernel', share({ bits: 2 })).transform;
    assert.deepEqual(trainable(model), [centroids, bias1, kernel2, bias2]);
    assert.deepEqual(variables(model), [centroids, ...state!, bias1, kernel2, bias2]);
    fc2.trainable = false;
    assert.deepEqual(trainable(model), [centroids, bias1]);
    assert.equal(variables(model).length, 3 + 3);
  });

  it('are not moved while their layer is frozen', async () => {
    const { model, fc1, fc2 } = tiny();
    parametrize(fc1, 'kernel', prune({ density: 0.5 }));
    fc1.trainable = false;
    const [frozen, free] = [valuesOf(fc1), valuesOf(fc2)];
    await train(model);
    assert.deepEqual(valuesOf(fc1), frozen);
    assert.notDeepEqual(valuesOf(fc2), free);
  });

  it('have effective values in a compiled program, too', async () => {
    const { model, fc1 } = tiny();
    parametrize(fc1, 'kernel', prune({ density: 0.3 }));
    parametrize(fc1, 'kernel', share({ bits: 2 }));
    const logits = await compile((x) => model.apply(x) as tf.Tensor, [{ shape: [60, 12] }]);
    const expected = predict(model, SPLIT);
    (await logits(imagesOf(SPLIT))).dataSync().forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-5));
  });
});
