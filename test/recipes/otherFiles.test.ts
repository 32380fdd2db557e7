import assert from 'node:assert/strict';
import { drawnDigits, firstImages } from '../../src/data';
import { pack } from '../../src/formats';
import { ledger } from '../../src/measure';
import { bytesByPart, caffeLenetFile, compressedSqueezenetFile, countEntries, differentNumbers, drawnPictures, findPhotographs } from '../../src/recipes';
import { caffeLenet5, compressedSqueezenet } from '../../src/zoo';
import { captureStderr } from '../models/tiny';

describe("other people's files", () => {
  captureStderr();
  const digits = drawnDigits({ train: 100, test: 10 });

  it('a LeNet that is made in place of another is the same bytes each time, and is read', async () => {
    const [{ bytes, real }, again] = [await caffeLenetFile({ scale: 'smoke' }, digits), await caffeLenetFile({ scale: 'smoke' }, digits)];
    assert.equal(real, false);
    assert.deepEqual(again.bytes, bytes);
    const [model, copy] = [caffeLenet5(bytes), caffeLenet5(bytes)];
    assert.equal(differentNumbers(model, copy), 0);
    copy.getLayer('fc2').setWeights(copy.getLayer('fc2').getWeights().map((weight) => weight.neg()));
    assert.equal(differentNumbers(model, copy), 5010);
  });

  it('a SqueezeNet that is made keeps a third; every byte of its file and of ours has its part', async () => {
    const { bytes } = await compressedSqueezenetFile({ scale: 'smoke' });
    const { model, layers } = compressedSqueezenet(bytes);
    const { weights, entries, fillers, biases } = countEntries(layers).at(-1)!;
    assert.equal(weights + biases, model.countParams());
    assert.ok(Math.abs((entries - fillers) / weights - 1 / 3) < 0.01);
    const packed = pack(model);
    const parts = bytesByPart(layers, ledger(packed).at(-1)!);
    assert.equal(parts.reduce((sum, { theirs }) => sum + theirs, 0), bytes.length);
    assert.equal(parts.reduce((sum, { ours }) => sum + ours, 0), packed.bytes.length);
  });

  it('pictures in place of photographs are the drawn digits, enlarged', async () => {
    const { split, real } = await findPhotographs({ scale: 'smoke' });
    assert.deepEqual([split.count, split.shape, real], [2, [227, 227, 3], false]);
    assert.deepEqual(firstImages(split, 1).images, drawnPictures(1).split.images);
  });
});
