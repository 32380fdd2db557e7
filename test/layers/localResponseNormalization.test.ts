import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../src/engine';
import { LocalResponseNormalization } from '../../src/layers';
import { key, normal } from '../../src/random';

const CHANNELS = 7;

describe('LocalResponseNormalization', () => {
  const layer = new LocalResponseNormalization({});
  const values = normal(key(1), 2 * 3 * 3 * CHANNELS).map((value) => 100 * value);
  const x = () => tf.tensor4d(values, [2, 3, 3, CHANNELS]);

  it('divides by a power of the squares of five neighbouring channels: op by op and in a program', async () => {
    const program = await compile((input) => layer.apply(input) as tf.Tensor, [x()]);
    const expected = Array.from(values, (value, i) => {
      const channel = i % CHANNELS;
      let squares = 0;
      for (let c = Math.max(0, channel - 2); c <= Math.min(CHANNELS - 1, channel + 2); c++) squares += values[i - channel + c] ** 2;
      return value / (1 + (1e-4 / 5) * squares) ** 0.75;
    });
    for (const result of [layer.apply(x()) as tf.Tensor, await program(x())]) {
      assert.deepEqual(result.shape, [2, 3, 3, CHANNELS]);
      result.dataSync().forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-4 * Math.abs(expected[i]), `${i}: ${value}, expected ${expected[i]}`));
    }
    await program.dispose();
  });

  it('is written in a model’s JSON and read from it', async () => {
    const model = tf.sequential({ layers: [new LocalResponseNormalization({ name: 'norm', inputShape: [3, 3, CHANNELS] })] });
    const again = await tf.models.modelFromJSON(model.toJSON(null, false) as unknown as tf.io.ModelJSON);
    assert.deepEqual((again.predict(x()) as tf.Tensor).dataSync(), (model.predict(x()) as tf.Tensor).dataSync());
  });
});
