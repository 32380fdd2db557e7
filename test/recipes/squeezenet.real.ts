import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { share } from '../../src/compress';
import { dataFolder, firstImages, photographs, selectImages, type Split } from '../../src/data';
import { pack, unpack } from '../../src/formats';
import { mcnemar } from '../../src/measure';
import { answersOf, answersOfOnnx, largeNet, onnxFiles } from '../../src/recipes';
import { evaluate } from '../../src/train';
import { kernels, parametrizeAll } from '../../src/weights';
import { mxnetPixels, numpySqueezenet } from '../../src/zoo';

describe('SqueezeNet 1.1 of MXNet, not retrained', function () {
  this.timeout(300_000);
  let model: tf.LayersModel;
  let heldOut: Split;
  let test: Split;
  before(async () => {
    model = numpySqueezenet((file) => readFileSync(join(dataFolder(), 'squeezenet1.1', 'weights', file)));
    const { split } = await photographs({ count: 200, size: 224 });
    const scaled = { ...split, standardization: mxnetPixels };
    heldOut = firstImages(scaled, 100);
    test = selectImages(scaled, Array.from({ length: 100 }, (_, i) => 100 + i));
  });
  after(() => void model.dispose());

  it('computes in bytes what McNemar’s test does not tell from floats, from a file of less than a fourth', async () => {
    const large = largeNet('smoke');
    const judged = { name: '1.1', model, heldOut, test };
    const files = await onnxFiles({ later: judged, authors: judged }, large);
    large.model.dispose();
    const [floats, inBytes] = [await answersOf('1.1', 0, model, test), await answersOfOnnx('int8', files['1.1, int8'], test)];
    assert.ok(files['1.1, int8'].length < (4 * model.countParams()) / 3.7);
    assert.ok(mcnemar(floats.first, inBytes.first).p > 0.05);
    assert.ok(floats.first.filter(Boolean).length > 50);
  });

  it('fits into a sixth of its bytes at 0.3 nats more, as lesson 13 solves it', async () => {
    const before = (await evaluate(model, heldOut, { batch: 20 })).loss;
    parametrizeAll(model, share({ bits: 6 }));
    parametrizeAll(model, { [kernels(model).at(-1)!.layer.name]: share({ bits: 5 }) });
    const { bytes } = pack(model);
    assert.ok(bytes.length <= (4 * 1_235_496) / 6, `${bytes.length}`);
    const read = await unpack(bytes);
    const more = (await evaluate(read, heldOut, { batch: 20 })).loss - before;
    assert.ok(more <= 0.3, `${more}`);
    read.dispose();
  });
});
