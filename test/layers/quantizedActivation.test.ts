import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { pack, unpack } from '../../src/compress';
import { initializeSteps, QuantizedActivation, type QuantizedActivationConfig } from '../../src/layers';
import { initialize } from '../../src/models';
import { linear, lsq, sign } from '../../src/quantizers';
import { key } from '../../src/random';
import { adam, evaluate, fit } from '../../src/train';
import { trainable } from '../../src/weights';
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
  'linear at random': { quantizer: 'linear', bits: 2, range: [0, 2], stochastic: true },
  lsq: { quantizer: 'lsq', bits: 2 },
  'lsq, signed': { quantizer: 'lsq', bits: 3, signed: true },
};

describe('quantised activations', () => {
  captureStderr();
  const train = (model: tf.LayersModel, seed = 3) => fit(model, SPLIT, { key: key(seed), epochs: 20, batch: 15, optimizer: adam(), learningRate: 0.02 });
  const few = (model: tf.LayersModel) => tf.tidy(() => (tf.model({ inputs: model.inputs, outputs: model.getLayer('few').output }).predict(imagesOf(SPLIT)) as tf.Tensor).dataSync<'float32'>());

  for (const [name, config] of Object.entries(CONFIGS)) {
    it(`train, take few values, and come back from a file: ${name}`, async () => {
      const model = net(config);
      const before = await evaluate(model, SPLIT);
      await train(model);
      const after = await evaluate(model, SPLIT);
      assert.ok(after.loss < before.loss / 2 && after.error < 20, `${before.loss} to ${after.loss}, ${after.error}%`);
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

  it('learn their step, begun from data, and draw from the key in training alone', async () => {
    const model = net({ quantizer: 'lsq', bits: 2 });
    const step = () => model.getLayer('few').getWeights()[0].dataSync()[0];
    assert.equal(trainable(model).length, 5);
    initializeSteps(model, imagesOf(SPLIT));
    const start = step();
    const x = tf.tidy(() => tf.mean(tf.relu(model.getLayer('fc1').apply(imagesOf(SPLIT)) as tf.Tensor)).dataSync()[0]);
    assert.ok(Math.abs(start - (2 * x) / Math.sqrt(3)) < 1e-5);
    await train(model);
    assert.ok(step() !== start && step() > 0);

    const random = async (seed: number) => {
      const own = net(CONFIGS['sign at random']);
      await train(own, seed);
      assert.deepEqual(predict(own, SPLIT), predict(own, SPLIT));
      return allWeights(own);
    };
    const [first, again, other] = [await random(3), await random(3), await random(4)];
    assert.deepEqual(first, again);
    assert.notDeepEqual(first, other);
  });

  it('refuse what they cannot be', () => {
    const make = (config: object) => () => new QuantizedActivation({ name: 'few', ...config } as never);
    assert.throws(make({ quantizer: 'ternary' }), /QuantizedActivation few: the quantizer must be sign, linear or lsq, got ternary/);
    assert.throws(make({ quantizer: 'lsq', bits: 0 }), /QuantizedActivation few: bits must be a whole number from 1 to 16, got 0/);
    assert.throws(make({ quantizer: 'lsq', bits: 1, signed: true }), /from 2 to 16/);
    assert.throws(make({ quantizer: 'linear', bits: 2 }), /linear must have a range that holds 0, got undefined; write range: \[0, 4\], say/);
  });
});
