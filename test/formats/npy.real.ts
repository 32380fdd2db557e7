import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../../src/data';
import { floatsOf, readNpy } from '../../src/formats';
import { compileLogits } from '../../src/train/evaluate';
import { sizeOf } from './files';
import { numpySqueezenet } from '../../src/zoo';

describe('SqueezeNet 1.1 as NumPy files', () => {
  const folder = join(dataFolder(), 'squeezenet1.1');
  const read = (...path: string[]) => floatsOf(readNpy(readFileSync(join(folder, ...path))));

  it('has the 1,235,496 parameters of its description, all of them numbers of a trained net', () => {
    const files = readdirSync(join(folder, 'weights')).map((file) => read('weights', file));
    assert.equal(files.length, 52);
    assert.equal(files.reduce((sum, { shape }) => sum + sizeOf(shape), 0), 1_235_496);
    assert.ok(files.every(({ values }) => values.every((value) => Math.abs(value) < 10)));
    assert.deepEqual(read('weights', 'squeezenet0_conv0_weight.npy').shape, [64, 3, 3, 3]);
  });

  it('gives the outputs of its three tests', async () => {
    const model = numpySqueezenet((file) => readFileSync(join(folder, 'weights', file)));
    const logits = await compileLogits(model, 1);
    for (const test of ['0', '1', '2']) {
      const input = read('test_data_set', test, 'input_0.npy');
      const expected = read('test_data_set', test, 'output_0.npy').values;
      assert.deepEqual([input.shape, expected.length], [[1, 3, 224, 224], 1000]);
      const actual = (await logits(tf.tidy(() => tf.transpose(tf.tensor(input.values, [1, 3, 224, 224]), [0, 2, 3, 1]).dataSync<'float32'>()))).dataSync();
      const most = expected.reduce((distance, value, i) => Math.max(distance, Math.abs(actual[i] - value)), 0);
      assert.ok(most < 2e-4, `test ${test}: off by up to ${most}`);
    }
    await logits.dispose();
    model.dispose();
  });
});
