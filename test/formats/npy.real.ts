import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../../src/data';
import { readNpy } from '../../src/formats';
import { sizeOf } from './files';

describe('SqueezeNet 1.1 as NumPy files', () => {
  const folder = join(dataFolder(), 'squeezenet1.1');

  it('has the 1,235,496 parameters of its description, all of them numbers of a trained net', () => {
    const files = readdirSync(join(folder, 'weights')).map((file) => readNpy(readFileSync(join(folder, 'weights', file))));
    assert.equal(files.length, 52);
    assert.equal(files.reduce((sum, { shape }) => sum + sizeOf(shape), 0), 1_235_496);
    assert.ok(files.every(({ values }) => values.every((value) => Math.abs(value) < 10)));
    assert.deepEqual(readNpy(readFileSync(join(folder, 'weights', 'squeezenet0_conv0_weight.npy'))).shape, [64, 3, 3, 3]);
  });

  it('has an input and an output of each test', () => {
    for (const test of ['0', '1', '2']) {
      assert.deepEqual(readNpy(readFileSync(join(folder, 'test_data_set', test, 'input_0.npy'))).shape, [1, 3, 224, 224]);
      assert.equal(sizeOf(readNpy(readFileSync(join(folder, 'test_data_set', test, 'output_0.npy'))).shape), 1000);
    }
  });
});
