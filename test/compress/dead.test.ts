import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prune, quantize, removeDead, retrainingDropout, share } from '../../src/compress';
import { initialize, mlp } from '../../src/models';
import { foldIn, key, normal, uniform } from '../../src/random';
import { fit } from '../../src/train';
import { parametrize } from '../../src/weights';
import { tinyModel, tinySplit } from '../models/tiny';

/** Sets weights of a layer to zero where `dead` says so, and draws its biases. */
function kill(model: tf.LayersModel, name: string, dead: (input: number, unit: number) => boolean): void {
  const layer = model.getLayer(name);
  const [kernel, bias] = layer.getWeights();
  const units = kernel.shape.at(-1)!;
  const values = kernel.dataSync<'float32'>().map((weight, i) => (dead(Math.floor(i / units), i % units) ? 0 : weight));
  layer.setWeights([tf.tensor(values, kernel.shape), tf.tensor(normal(foldIn(key(3), name), units), bias.shape)]);
}

const zeros = (model: tf.LayersModel, name: string): number => model.getLayer(name).getWeights()[0].dataSync().filter((weight) => weight === 0).length;
const difference = (a: tf.Tensor, b: tf.Tensor): number => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];

function convNet(): tf.Sequential {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ name: 'conv1', inputShape: [8, 8, 1], filters: 5, kernelSize: 3 }),
      tf.layers.maxPooling2d({ name: 'pool', poolSize: 2, strides: 2 }),
      tf.layers.conv2d({ name: 'conv2', filters: 6, kernelSize: 2, activation: 'relu' }),
      tf.layers.flatten({ name: 'flat' }),
      tf.layers.dense({ name: 'fc1', units: 7, activation: 'relu' }),
      tf.layers.dense({ name: 'fc2', units: 3 }),
    ],
  });
  return initialize(model, key(4));
}

describe('removeDead', () => {
  it('leaves what the net computes as it is, and takes all connections of units without inputs or outputs', () => {
    const model = convNet();
    kill(model, 'conv1', (_, unit) => unit === 1); // a constant, behind pooling and into a convolution
    kill(model, 'conv2', (input, unit) => unit === 2 || input % 5 === 3);
    kill(model, 'fc1', (input, unit) => unit === 4 || input % 6 === 0);
    kill(model, 'fc2', (input) => input === 5);
    const x = tf.tensor(uniform(key(5), 10 * 64), [10, 8, 8, 1]);
    const before = model.predict(x) as tf.Tensor;
    assert.deepEqual(removeDead(model), { conv1: 2, conv2: 2, fc1: 2 });
    assert.ok(difference(model.predict(x) as tf.Tensor, before) < 1e-5);
    assert.equal(zeros(model, 'conv1'), 2 * 9);
    assert.equal(zeros(model, 'conv2'), 2 * 4 * 5 + 2 * 4 * 4);
    assert.deepEqual(removeDead(model), { conv1: 2, conv2: 2, fc1: 2 }, 'again: the same units, and nothing new');
  });

  it('follows what dies because its neighbour died', () => {
    const model = mlp(key(6), [4, 3, 3, 2]);
    kill(model, 'fc2', (_, unit) => unit === 1);
    kill(model, 'fc3', (input) => input === 0);
    kill(model, 'fc1', () => false);
    kill(model, 'fc2', (input, unit) => unit === 1 || (input === 2 && unit !== 0)); // unit 2 of fc1 goes to the dead unit 0 alone
    assert.deepEqual(removeDead(model), { fc1: 1, fc2: 2 });
    assert.equal(zeros(model, 'fc1'), 4);
  });

  it('keeps a constant that a padded convolution does not have at its border', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ name: 'conv1', inputShape: [6, 6, 1], filters: 3, kernelSize: 3 }),
        tf.layers.conv2d({ name: 'conv2', filters: 2, kernelSize: 3, padding: 'same' }),
      ],
    });
    initialize(model, key(7));
    kill(model, 'conv1', (_, unit) => unit === 0);
    assert.deepEqual(removeDead(model), { conv1: 0 });
    kill(model, 'conv2', (input) => input % 3 === 0); // now it goes nowhere
    assert.deepEqual(removeDead(model), { conv1: 1 });
  });

  it('takes them out of the masks, so that training does not bring them back', async () => {
    const split = tinySplit(key(1), 40);
    const model = tinyModel(key(2));
    kill(model, 'fc2', (input) => input === 3);
    const { mask } = parametrize(model.getLayer('fc1'), 'kernel', prune({ density: 0.9 })).transform;
    parametrize(model.getLayer('fc2'), 'kernel', prune({ quality: 0 }));
    assert.equal(removeDead(model).fc1, 1);
    const cut = zeros(model, 'fc1');
    assert.ok(cut >= 12);
    assert.equal(mask.dataSync().filter((kept) => kept === 0).length, cut);
    await fit(model, split, { key: key(3), epochs: 2, batch: 10, learningRate: 0.1 });
    assert.equal(zeros(model, 'fc1'), cut);
    const quantized = parametrize(model.getLayer('fc2'), 'kernel', quantize({ bits: 4 }));
    assert.throws(() => removeDead(model), /removeDead: the weights of fc2 must be stored as they are/);
    quantized.remove();
    parametrize(model.getLayer('fc2'), 'bias', share({ bits: 2 })); // three values for three biases
    const before = model.getLayer('fc1').getWeights()[0].dataSync().slice();
    assert.throws(() => removeDead(model), /removeDead: the weights of fc2 must be stored as they are/);
    assert.deepEqual(model.getLayer('fc1').getWeights()[0].dataSync(), before);
  });

  it('refuses what is no chain of dense and convolution layers', () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ name: 'fc1', inputShape: [2], units: 2, activation: 'sigmoid' }), tf.layers.dense({ name: 'fc2', units: 2 })] });
    assert.throws(() => removeDead(model), /must be a chain of dense and convolution layers with biases, ReLU or nothing behind them, channels last, all trained, got fc1 \(Dense, sigmoid\)/);
  });
});

describe('retrainingDropout', () => {
  it('is the rate times the root of the density', () => {
    assert.equal(retrainingDropout(0.5, 0.25), 0.25);
    assert.equal(retrainingDropout(0.5, 1), 0.5);
    assert.throws(() => retrainingDropout(1, 0.5), /the rate must be in \[0, 1\), got 1/);
    assert.throws(() => retrainingDropout(0.5, 2), /the density must be/);
  });
});
