import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { initialize, lenet300 } from '../../src/models';
import { key, uniform } from '../../src/random';
import { allWeights, valuesOf } from './tiny';

describe('lenet300', () => {
  it('has 266,200 weights and 410 biases (Han et al. 2015, Table 3)', () => {
    const sizes = (rank: number) => lenet300(key(0)).weights.filter(({ shape }) => shape.length === rank).map(({ shape }) => tf.util.sizeFromShape(shape as number[]));
    assert.deepEqual(sizes(2), [235_200, 30_000, 1_000]);
    assert.deepEqual(sizes(1), [300, 100, 10]);
  });

  it('is drawn from its key alone', () => {
    const [first, again, other] = [key(1), key(1), key(2)].map((seed) => allWeights(lenet300(seed)));
    assert.deepEqual(first, again);
    assert.ok(first.filter((value, i) => value === other[i]).length <= 420, 'more than the biases agree');
  });

  it('computes relu(x W + b) twice and W x + b at the end', () => {
    const model = lenet300(key(3));
    const x = tf.tensor(uniform(key(7), 4 * 784), [4, 784]);
    const dense = (input: tf.Tensor, i: number) => tf.add(tf.matMul(input, model.getWeights()[2 * i]), model.getWeights()[2 * i + 1]);
    const expected = dense(tf.relu(dense(tf.relu(dense(x, 0)), 1)), 2).dataSync();
    (model.predict(x) as tf.Tensor).dataSync().forEach((logit, i) => assert.ok(Math.abs(logit - expected[i]) < 1e-5));
  });
});

describe('initialize', () => {
  it('draws kernels evenly within Glorot and Bengio\'s bounds, each from a key of its own, and sets biases to zero', () => {
    const model = lenet300(key(4));
    const [fc1, fc2, fc3] = model.layers;
    for (const [layer, fans] of [[fc1, 784 + 300], [fc2, 300 + 100], [fc3, 100 + 10]] as const) {
      const limit = Math.sqrt(6 / fans);
      const kernel = valuesOf(layer);
      const deviation = Math.sqrt(kernel.reduce((sum, value) => sum + value ** 2, 0) / kernel.length);
      assert.ok(kernel.every((value) => Math.abs(value) <= limit) && kernel.some((value) => Math.abs(value) > 0.98 * limit));
      assert.ok(Math.abs(deviation / (limit / Math.sqrt(3)) - 1) < 0.05, `${layer.name}: ${deviation}`);
      assert.ok(valuesOf(layer, 1).every((value) => value === 0));
    }
    const first = [1084, 400, 110].map((fans, i) => (valuesOf(model.layers[i])[0] * Math.sqrt(fans)).toFixed(3));
    assert.equal(new Set(first).size, 3);
  });

  it('counts a convolution\'s fans with its window, and leaves normalisation as it was', () => {
    const model = tf.sequential({
      layers: [tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 16, kernelSize: 5 }), tf.layers.batchNormalization()],
    });
    const kernel = valuesOf(initialize(model, key(5)).layers[0]);
    const limit = Math.sqrt(6 / (25 * 3 + 25 * 16));
    const largest = kernel.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    assert.ok(largest <= limit && largest > 0.98 * limit, `${largest} of ${limit}`);
    const [gamma, beta, mean, variance] = model.layers[1].getWeights().map((weight) => new Set(weight.dataSync()));
    assert.deepEqual([gamma, beta, mean, variance], [new Set([1]), new Set([0]), new Set([0]), new Set([1])]);
  });

  it('draws depthwise, pointwise and recurrent kernels, too: a depthwise one has a channel in for each out', () => {
    const image = tf.input({ shape: [6, 6, 2] });
    const chain = (...layers: tf.layers.Layer[]) => layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, image);
    const make = () =>
      tf.model({
        inputs: image,
        outputs: chain(
          tf.layers.depthwiseConv2d({ name: 'deep', kernelSize: 3, depthMultiplier: 40, padding: 'same' }),
          tf.layers.separableConv2d({ name: 'apart', kernelSize: 3, filters: 4, padding: 'same' }),
          tf.layers.reshape({ targetShape: [6, 24] }),
          tf.layers.gru({ name: 'gru', units: 5 }),
        ),
      });
    const [first, again] = [make(), make()].map((model) => initialize(model, key(7)));
    assert.deepEqual(allWeights(first), allWeights(again));
    const fans = { deep: 9 * (1 + 40), apart: 9 * (1 + 1) };
    for (const [name, sum] of Object.entries(fans)) {
      const largest = valuesOf(first.getLayer(name)).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      assert.ok(largest <= Math.sqrt(6 / sum) && largest > 0.97 * Math.sqrt(6 / sum), `${name}: ${largest}`);
    }
  });

  it('draws layers without a name alike each time they are made, and each apart', () => {
    const make = () =>
      initialize(tf.sequential({ layers: [tf.layers.dense({ inputShape: [6], units: 6 }), tf.layers.dense({ units: 6 }), tf.sequential({ layers: [tf.layers.dense({ inputShape: [6], units: 6 }), tf.layers.dense({ units: 6 })] })] }), key(8));
    const [first, again] = [make(), make()];
    assert.notEqual(first.layers[0].name, again.layers[0].name);
    assert.deepEqual(allWeights(first), allWeights(again));
    assert.equal(new Set(first.weights.map((weight) => weight.read().dataSync()[0])).size, 4 + 1);
  });

  it('leaves no tensor behind', () => {
    lenet300(key(6)).dispose();
    const before = tf.memory().numTensors;
    lenet300(key(6)).dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});
