import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { type Draw, foldIn, key } from '../../src/random';
import { drawsOf } from '../../src/random/draws';
import { fit } from '../../src/train';
import { Draws } from '../../src/train/draws';
import { allWeights, captureStderr, predict, tinyModel, tinySplit } from '../models/tiny';

const twoRates = () =>
  tf.sequential({
    layers: [tf.layers.dropout({ inputShape: [4], rate: 0.25 }), tf.layers.dropout({ rate: 0 }), tf.layers.dense({ units: 50 }), tf.layers.dropout({ rate: 0.8 })],
  });

/** Noise in training alone, of keyed draws. */
class Noise extends tf.layers.Layer {
  static readonly className = 'Noise';
  draws = (input: readonly number[]): Draw[] => [{ shape: input, from: 'normal' }];
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const [noise] = drawsOf(this) ?? [];
    return noise ? tf.add(x, tf.mul(noise, 0.5)) : x;
  }
  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }
}

describe('a layer that draws', () => {
  captureStderr();
  const split = tinySplit(key(4), 60);
  const noisy = (layer = new Noise({ name: 'noise' }), twice = false) => {
    const model = tf.sequential({ layers: [tf.layers.dense({ name: 'fc1', inputShape: [12], units: 8 }), layer, ...(twice ? [layer] : []), tf.layers.dense({ name: 'fc2', units: 3 })] });
    model.setWeights(tinyModel(key(5)).getWeights());
    return model;
  };
  const train = async (seed: number) => {
    const model = noisy();
    await fit(model, split, { key: key(seed), epochs: 2, batch: 20 });
    return allWeights(model);
  };

  it('gets its draws from the key, anew for each step, and none outside of training', async () => {
    assert.deepEqual(new Draws(noisy(), 20).specs, [{ shape: [20, 8], dtype: 'float32' }]);
    const [first, again, other] = [await train(1), await train(1), await train(2)];
    assert.deepEqual(first, again);
    assert.notDeepEqual(first, other);
    assert.deepEqual(predict(noisy(), split), predict(noisy(), split));
  });

  it('is used once', () => {
    assert.throws(() => new Draws(noisy(undefined, true), 20), /fit: the layer noise, which draws, must be used once, got 2 uses/);
  });
});

describe('dropout', () => {
  captureStderr();

  it('draws a mask for each layer whose rate is not 0, from its key', () => {
    const dropout = new Draws(twoRates(), 200);
    assert.deepEqual(dropout.specs, [{ shape: [200, 4], dtype: 'bool' }, { shape: [200, 50], dtype: 'bool' }]);
    const masks = dropout.draw([key(1)]) as Uint8Array[];
    assert.deepEqual(masks, dropout.draw([key(1)]));
    assert.notDeepEqual(masks, dropout.draw([key(2)]));
    for (const [i, kept] of [0.75, 0.2].entries()) {
      const mean = masks[i].reduce((sum: number, one: number) => sum + one, 0) / masks[i].length;
      assert.ok(Math.abs(mean - kept) < 4 * Math.sqrt((kept * (1 - kept)) / masks[i].length), `${mean} of ${kept}`);
    }
  });

  it('draws layers of one shape and rate apart', () => {
    const model = tf.sequential({ layers: [tf.layers.dropout({ inputShape: [40], rate: 0.5 }), tf.layers.dropout({ rate: 0.5 })] });
    const [first, second] = new Draws(model, 10).draw([key(1)]);
    const equal = first.filter((one, i) => one === second[i]).length;
    assert.ok(Math.abs(equal - 200) < 4 * 10, `${equal} of 400 agree`);
  });

  it('multiplies by mask / (1 - rate): activations keep their mean', () => {
    const model = tf.sequential({ layers: [tf.layers.dropout({ inputShape: [100], rate: 0.3 })] });
    const dropout = new Draws(model, 100);
    const [mask] = dropout.draw([key(3)]);
    const x = tf.fill([100, 100], 2);
    const given = tf.tensor(mask, [100, 100], 'bool');
    const dropped = dropout.apply([given], () => model.apply(x, { training: true }) as tf.Tensor).dataSync<'float32'>();
    assert.ok(dropped.every((value, i) => Math.abs(value - (mask[i] ? 2 / 0.7 : 0)) < 1e-6));
    assert.ok(Math.abs(dropped.reduce((sum, value) => sum + value, 0) / 10_000 - 2) < 4 * 2 * Math.sqrt(0.3 / 0.7 / 10_000));
    assert.deepEqual((model.predict(x) as tf.Tensor).dataSync(), x.dataSync());
  });

  it("gives the layers back as they were, also after an error", () => {
    const model = twoRates();
    assert.throws(() => new Draws(model, 1).apply([], () => { throw new Error('inside'); }), /inside/);
    assert.deepEqual(model.layers.filter((layer) => Object.hasOwn(layer, 'call')), []);
  });

  it('refuses a layer that is used twice', () => {
    const layer = tf.layers.dropout({ rate: 0.5, name: 'twice' });
    const input = tf.input({ shape: [4] });
    const model = tf.model({ inputs: input, outputs: layer.apply(layer.apply(input)) as tf.SymbolicTensor });
    assert.throws(() => new Draws(model, 1), /fit: the layer twice, which draws, must be used once, got 2 uses/);
  });

  it('trains with masks that depend on the key alone, and predicts without', async () => {
    const split = tinySplit(key(4), 60);
    const train = async (dropout: number, seed: number) => {
      const model = tinyModel(key(5), { dropout });
      await fit(model, split, { key: key(seed), epochs: 3, batch: 20 });
      return model;
    };
    const [first, again, other, none] = [await train(0.5, 6), await train(0.5, 6), await train(0.5, 7), await train(0, 6)];
    assert.deepEqual(allWeights(first), allWeights(again));
    assert.notDeepEqual(allWeights(first), allWeights(other));
    assert.notDeepEqual(allWeights(first), allWeights(none));
    none.setWeights(first.getWeights());
    assert.deepEqual(predict(first, split), predict(none, split));
  });

  it('draws anew for every step', () => {
    const dropout = new Draws(tinyModel(key(8), { dropout: 0.5 }), 20);
    const masks = Array.from({ length: 50 }, (_, step) => String(dropout.draw([foldIn(key(9), step)])));
    assert.equal(new Set(masks).size, 50);
  });
});
