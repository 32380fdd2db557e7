import assert from 'node:assert/strict';
import { dataFile, photographs } from '../../src/data';
import { deepCompressedWeights, pack, unpack } from '../../src/formats';
import { topErrors } from '../../src/measure';
import { evaluate, predict } from '../../src/train';
import { compressedSqueezenet, squeezenetPixels } from '../../src/zoo';
import { assertSameBits } from '../formats/same';

const total = <T>(items: readonly T[], value: (item: T) => number): number => items.reduce((sum, item) => sum + value(item), 0);

describe("the authors' compressed SqueezeNet", () => {
  it('has 422,083 entries, 6,162 of them fillers, and keeps 33.4% of 1,244,448 weights', async () => {
    const { model, layers } = compressedSqueezenet(await dataFile('squeezenet-deep-compression'));
    const weights = layers.map((layer) => deepCompressedWeights(layer).values);
    assert.equal(total(layers, ({ codes }) => codes.length), 422_083);
    assert.equal(total(layers, ({ codes, gaps }) => codes.filter((code, i) => code === 0 && gaps[i] === 15).length), 6_162);
    assert.equal(total(weights, ({ length }) => length), 1_244_448);
    const kept = total(weights, (values) => values.filter((value) => value !== 0).length);
    assert.equal(kept, 422_083 - 6_162);
    assert.equal((kept / 1_244_448).toFixed(3), '0.334');
    model.dispose();
  });

  it('packs into fewer bytes than its 675,763, bit by bit the same, and is right on 58 of 100 photographs, 80 among its first five answers', async function () {
    this.timeout(600_000);
    const { model } = compressedSqueezenet(await dataFile('squeezenet-deep-compression'));
    const { bytes } = pack(model);
    assert.equal(bytes.length, 544_659);
    const unpacked = await unpack(bytes);
    assertSameBits(unpacked, model);
    const { split } = await photographs({ count: 100 });
    const images = { ...split, standardization: squeezenetPixels };
    const logits = await predict(unpacked, images, { batch: 20 });
    const [top1, top5] = [1, 5].map((most) => 100 - topErrors(logits, split.labels, most));
    // Another processor may round otherwise and tip one photograph.
    assert.ok(Math.abs(top1 - 58) <= 1 && Math.abs(top5 - 80) <= 1, `${top1}% and ${top5}%`);
    assert.equal((await evaluate(unpacked, images, { batch: 20 })).errors, 100 - top1);
  });
});
