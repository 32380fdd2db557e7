import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { pack, unpack } from '../../src/formats';
import { initializeSteps, QuantizedActivation, type QuantizedActivationConfig } from '../../src/layers';
import { initialize } from '../../src/models';
import { linear, lsq, sign } from '../../src/quantizers';
import { key, normal } from '../../src/random';
import { adam, evaluate, fit } from '../../src/train';
import { trainable } from '../../src/weights/model';
import { allWeights, captureStderr, imagesOf, predict, tinySplit } from '../models/tiny';

const SPLIT = tinySplit(key(1), 90);
const net = (config: QuantizedActivationConfig) =>
  initialize(
    tf.sequential({
      name: 'quantised',
      layers: [tf.layers.dense({ name: 'fc1', inputShape: [12], units: 16, ...(config.quantizer === 'sign' ? {} : { activation: 'relu' as const }) }), new QuantizedActivation({ name: 'few', ...config }), tf.layers.dense({ name: 'fc2', units: 3 })],
    }),
    key(2),
  );
const CONFIGS: Record<string, QuantizedActivationConfig> = {
  sign: { quantizer: 'sign' },
  'sign at random': { quantizer: 'sign', stochastic: true },
  linear: { quantizer: 'linear', bits: 3, range: [0, 2] },
  'linear, symmetric': { quantizer: 'linear', bits: 2, range: [-1, 1], symmetric: true },
  'linear at random': { quantizer: 'linear', bits: 2, range: [0, 2], stochastic: true },
  lsq: { quantizer: 'lsq', bits: 2 },
  'lsq, signed': { quantizer: 'lsq', bits: 3, signed: true },
};

describe('quantised activations', () => {
  captureStderr();
  const train = (model: tf.LayersModel) => fit(model, SPLIT, { key: key(3), epochs: 20, batch: 15, optimizer: adam(), learningRate: 0.02 });
  const few = (model: tf.LayersModel) => tf.tidy(() => (tf.model({ inputs: model.inputs, outputs: model.getLayer('few').output }).predict(imagesOf(SPLIT)) as tf.Tensor).dataSync<'float32'>());

  for (const [name, config] of Object.entries(CONFIGS)) {
    it(`train, take few values, and come back from a file: ${name}`, async () => {
      const model = net(config);
      const before = await evaluate(model, SPLIT);
      await train(model);
      const after = await evaluate(model, SPLIT);
      assert.ok(after.loss < before.loss / 2 && after.error < 0.2, `${before.loss} to ${after.loss}, ${after.error}`);
      assert.ok(new Set(few(model)).size <= (config.quantizer === 'sign' ? 2 : 2 ** config.bits!));
      const read = await unpack(pack(model).bytes);
      assert.deepEqual(predict(read, SPLIT), predict(model, SPLIT));
      assert.deepEqual(read.getLayer('few').getConfig(), model.getLayer('few').getConfig());
      const copied = await tf.models.modelFromJSON({ modelTopology: JSON.parse(JSON.stringify(model.toJSON(null, false))) as tf.io.ModelJSON['modelTopology'] });
      assert.deepEqual(copied.layers.map((layer) => layer.getClassName()), ['Dense', 'QuantizedActivation', 'Dense']);
    });
  }

  it('are the quantizers of their names', () => {
    const x = tf.tensor2d([[-3, -0.4, 0, 0.3], [0.6, 1.1, 2.5, 9]]);
    const layer = (config: QuantizedActivationConfig) => new QuantizedActivation(config).apply(x) as tf.Tensor;
    assert.deepEqual(layer({ quantizer: 'sign' }).dataSync(), sign(x).dataSync());
    assert.deepEqual(layer({ quantizer: 'linear', bits: 2, range: [0, 3] }).dataSync(), linear(x, { bits: 2, symmetric: false, range: [0, 3] }).dataSync());
    assert.deepEqual(layer({ quantizer: 'lsq', bits: 2 }).dataSync(), lsq(x, tf.scalar(1 / Math.sqrt(3)), { bits: 2, signed: false }).dataSync());
  });

  it('learn their step, begun from data', async () => {
    const model = net({ quantizer: 'lsq', bits: 2 });
    const step = () => model.getLayer('few').getWeights()[0].dataSync()[0];
    assert.equal(trainable(model).length, 5);
    await initializeSteps(model, imagesOf(SPLIT));
    const start = step();
    const x = tf.tidy(() => tf.mean(tf.relu(model.getLayer('fc1').apply(imagesOf(SPLIT)) as tf.Tensor)).dataSync()[0]);
    assert.ok(Math.abs(start - (2 * x) / Math.sqrt(3)) < 1e-5);
    await train(model);
    assert.ok(step() !== start && step() > 0);

  });

  it("scale the step's gradient by the features of one example", () => {
    const few = new QuantizedActivation({ quantizer: 'lsq', bits: 2, signed: true });
    const x = tf.tensor3d(normal(key(6), 24), [4, 3, 2]);
    few.apply(x);
    const step = few.weights[0].read() as tf.Variable;
    const gradient = (fn: () => tf.Tensor) => tf.variableGrads(() => tf.sum(tf.square(fn())), [step]).grads[step.name].dataSync()[0];
    assert.equal(gradient(() => few.apply(x) as tf.Tensor), gradient(() => lsq(x, step, { bits: 2, count: 6 })));
  });

  it('draw from the key in training alone', async () => {
    const trained = async (config: QuantizedActivationConfig) => {
      const model = net(config);
      await train(model);
      assert.deepEqual(predict(model, SPLIT), predict(model, SPLIT));
      return allWeights(model);
    };
    for (const name of ['sign at random', 'linear at random']) {
      const drawn = await trained(CONFIGS[name]);
      assert.deepEqual(await trained(CONFIGS[name]), drawn);
      assert.notDeepEqual(await trained({ ...CONFIGS[name], stochastic: false }), drawn);
    }
  });

  it('may be called twice where they do not draw', async () => {
    const twice = (config: QuantizedActivationConfig) => {
      const few = new QuantizedActivation({ name: 'few', ...config });
      const dense = (units: number) => tf.layers.dense({ units });
      return initialize(tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [12] }), dense(8), few, dense(8), few, dense(3)] }), key(2));
    };
    for (const name of ['sign', 'linear', 'lsq']) await fit(twice(CONFIGS[name]), SPLIT, { key: key(3), epochs: 1, batch: 15 });
    await assert.rejects(fit(twice(CONFIGS['sign at random']), SPLIT, { key: key(3), epochs: 1, batch: 15 }), /the layer few, which draws, must be used once/);
  });

  it('have their steps set from data in nets within nets too, each by what those below leave; data that give none are refused', async () => {
    const lsq = (name: string) => new QuantizedActivation({ name, quantizer: 'lsq', bits: 2 });
    const inner = tf.sequential({ name: 'inner', layers: [tf.layers.dense({ name: 'fc1', inputShape: [12], units: 8, activation: 'relu' }), lsq('first')] });
    const model = initialize(tf.sequential({ name: 'outer', layers: [inner, tf.layers.dense({ name: 'fc2', units: 6, activation: 'relu' }), lsq('second'), tf.layers.dense({ name: 'fc3', units: 3 })] }), key(2));
    const [first, second] = [inner.layers[1], model.layers[2]];
    const steps = () => [first, second].map((layer) => layer.getWeights()[0].dataSync()[0]);
    const mean = (x: tf.Tensor, layer: tf.layers.Layer) => (layer.apply(x) as tf.Tensor).mean().dataSync()[0];
    await initializeSteps(model, imagesOf(SPLIT));
    const [ofFirst, ofSecond] = steps();
    const below = tf.relu(inner.layers[0].apply(imagesOf(SPLIT)) as tf.Tensor);
    assert.ok(Math.abs(ofFirst - (2 * tf.mean(below).dataSync()[0]) / Math.sqrt(3)) < 1e-5);
    assert.ok(Math.abs(ofSecond - (2 * mean(first.apply(below) as tf.Tensor, model.layers[1])) / Math.sqrt(3)) < 1e-5);

    for (const wrong of [tf.zeros([4, 12]), tf.fill([4, 12], NaN)]) {
      await assert.rejects(initializeSteps(model, wrong), /initializeSteps: what comes into first must be finite and not zero alone, got a mean magnitude of (0|NaN); /);
      assert.deepEqual(steps(), [ofFirst, ofSecond]);
    }
    await assert.rejects(initializeSteps(net({ quantizer: 'sign' }), imagesOf(SPLIT)), /initializeSteps: quantised must have a QuantizedActivation of lsq, got none/);
  });

  it('refuse what they cannot be', () => {
    const make = (config: object) => () => new QuantizedActivation({ name: 'few', ...config } as never);
    assert.throws(make({ quantizer: 'ternary' }), /QuantizedActivation few: the quantizer must be sign, linear or lsq, got ternary/);
    assert.throws(make({ quantizer: 'lsq', bits: 0 }), /QuantizedActivation few: bits must be a whole number from 1 to 16, got 0/);
    assert.throws(make({ quantizer: 'lsq', bits: 1, signed: true }), /from 2 to 16/);
    assert.throws(make({ quantizer: 'linear', bits: 2 }), /QuantizedActivation few: linear needs a range, got undefined; write range: \[0, 4\], say/);
    for (const range of [[1, 2], [0, Infinity], [-1, NaN], ['0', '4'], [0, 1, 2]]) assert.throws(make({ quantizer: 'linear', bits: 2, range }), /QuantizedActivation few: the range must be two finite numbers/);
    assert.throws(make({ quantizer: 'linear', bits: 1, range: [-1, 1], symmetric: true }), /from 2 to 16/);
    for (const quantizer of ['lsq', 'linear']) assert.throws(make({ quantizer, ...(quantizer === 'linear' && { range: [0, 4] }) }), /QuantizedActivation few: bits must be a whole number from 1 to 16, got undefined/);
    assert.throws(make({ quantizer: 'lsq', bits: 2, sign: true }), /QuantizedActivation few: there is no option sign; did you mean signed\? The options are quantizer, bits, signed$/);
    assert.throws(make({ quantizer: 'lsq', bits: 2, stochastic: true }), /there is no option stochastic; the options are quantizer, bits, signed$/);
  });
});
