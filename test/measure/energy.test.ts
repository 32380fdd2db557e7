import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { binarize, foldNorms, prune, quantize } from '../../src/compress';
import { energy, macs } from '../../src/measure';
import { binaryMlp, bnnConvNet, lenet300, lenet5 } from '../../src/models';
import { key } from '../../src/random';
import { parametrizeAll } from '../../src/weights';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('macs', () => {
  it('of LeNet-5 are 288,000, 1,600,000, 400,000 and 5,000 (Caffe\'s, 24×24 and 8×8 places)', () => {
    const layers = macs(lenet5(key(1)));
    assert.deepEqual(layers.map((layer) => layer.macs), [288_000, 1_600_000, 400_000, 5_000]);
    assert.deepEqual(layers.map(({ inputs, outputs }) => [inputs, outputs]), [[784, 11_520], [2_880, 3_200], [800, 500], [500, 10]]);
  });

  it('say the bits of weights and inputs: of signs, of what is quantised, of floats', () => {
    const bits = (model: tf.LayersModel) => macs(model).map(({ weightBits, inputBits }) => [weightBits, inputBits]);
    const model = bnnConvNet(key(1), { width: 1 / 32 });
    assert.deepEqual(bits(model).slice(0, 2), [[32, 8], [32, 1]]);
    parametrizeAll(model, binarize());
    const binary = [[1, 8], ...Array.from({ length: 8 }, () => [1, 1])];
    assert.deepEqual(bits(model), binary);
    assert.deepEqual(bits(foldNorms(model)), binary);
    const twin = binaryMlp(key(1), [12, 8, 4], { activation: 'relu' });
    parametrizeAll(twin, binarize({ scaled: true }));
    assert.deepEqual(bits(twin), [[1, 8], [1, 32]]);
    const eight = lenet300(key(1));
    parametrizeAll(eight, quantize({ bits: 8 }));
    assert.deepEqual(bits(eight), [[8, 8], [8, 32], [8, 32]]);
  });

  it('count a depthwise kernel once for each channel', () => {
    const model = tf.sequential({ layers: [tf.layers.depthwiseConv2d({ inputShape: [6, 6, 4], kernelSize: 3, padding: 'same' })] });
    assert.equal(macs(model)[0].macs, 36 * 9 * 4);
  });
});

describe('energy', () => {
  it('is arithmetic and memory by the tables of Courbariaux et al. 2016', () => {
    const { arithmetic, weights, activations, total } = energy(macs(lenet300(key(1))));
    assert.ok(Math.abs(arithmetic - 266_200 * 4.6e-12) < 1e-18); // (3.7 + 0.9) pJ each
    assert.ok(Math.abs(weights - ((266_200 * 32) / 64) * 1300e-12) < 1e-15); // more than a megabyte: DRAM
    assert.ok(Math.abs(activations - ((2 * (784 * 8 + 400 * 32)) / 64) * 10e-12) < 1e-15);
    assert.equal(total, 1e-12 * (1e12 * (arithmetic + weights + activations)));
  });

  it('of a pruned net is that of what is kept, of a binary one a hundredth of the float net\'s', () => {
    const model = lenet300(key(1));
    const whole = energy(macs(model));
    parametrizeAll(model, prune({ density: 0.1 }));
    const kept = sum(macs(model).map(({ weights, density }) => weights * density));
    const pruned = energy(macs(model));
    assert.ok(Math.abs(pruned.arithmetic - kept * 4.6e-12) < 1e-15);
    assert.ok(Math.abs(pruned.weights - ((kept * 36) / 64) * 100e-12) < 1e-15); // fits a megabyte
    assert.ok(pruned.total < 0.1 * whole.total);
    const [float, binary] = [false, true].map((signs) => {
      const net = binaryMlp(key(1), [784, 256, 256, 10]);
      if (signs) parametrizeAll(net, binarize());
      return energy(macs(net));
    });
    assert.ok(binary.total < 0.01 * float.total, `${binary.total} of ${float.total}`);
  });
});
