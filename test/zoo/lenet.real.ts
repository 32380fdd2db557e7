import assert from 'node:assert/strict';
import { dataFile, mnist } from '../../src/data';
import { pack, unpack } from '../../src/formats';
import { evaluate } from '../../src/train';
import { caffeLenet5, lenetPixels } from '../../src/zoo';
import { assertSameBits } from '../formats/same';

describe("Caffe's LeNet", () => {
  it('is right on 98.94% of the MNIST test set, also packed and unpacked, bit by bit the same', async () => {
    const model = caffeLenet5(await dataFile('lenet-caffe'));
    const { test } = await mnist();
    const { bytes } = pack(model);
    const unpacked = await unpack(bytes);
    assertSameBits(unpacked, model);
    assert.equal(bytes.length, 1_724_782);
    assert.equal((await evaluate(unpacked, { ...test, standardization: lenetPixels })).errors, 106);
  });
});
