import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { decode } from '../../src/codec';
import { prune, share } from '../../src/compress';
import { pack, unpack } from '../../src/formats';
import { resnet } from '../../src/models';
import { key, uniform } from '../../src/random';
import { evaluate, fit } from '../../src/train';
import { parametrize, strip } from '../../src/weights';
import { head, logitsOf, mixedNet, net, pictures, SHAPE, through } from '../models/small';
import { allWeights, captureStderr } from '../models/tiny';

const SPLIT = pictures(key(61), 30);

function compress(model: tf.LayersModel): tf.LayersModel {
  for (const layer of model.layers) {
    for (const name of layer.weights.map(({ originalName }) => originalName.split('/').at(-1)!).filter((ending) => ending.endsWith('kernel'))) {
      parametrize(layer, name, prune({ density: 0.5 }));
      parametrize(layer, name, share({ bits: 2 }));
    }
  }
  return model;
}

describe('pack and unpack of a convolutional net', () => {
  captureStderr();

  it('give back one that was pruned, shared and trained: the same bits predicted, the same evaluation, statistics included', async () => {
    const model = compress(mixedNet());
    await fit(model, SPLIT, { key: key(62), epochs: 2, batch: 10 });
    const { bytes } = pack(model);
    const back = await unpack(bytes);
    assert.deepEqual(logitsOf(back, SPLIT), logitsOf(model, SPLIT));
    assert.deepEqual(allWeights(back), allWeights(model));
    assert.deepEqual(await evaluate(back, SPLIT), await evaluate(model, SPLIT));
    assert.deepEqual(pack(back).bytes, bytes);
    strip(model);
    assert.deepEqual(pack(model).bytes, bytes);
    const codebooks = decode(bytes).tensors.flatMap((tensor) => (tensor.kind === 'shared' && tensor.name.endsWith('kernel') ? [tensor.codebook.length] : []));
    assert.equal(codebooks.length, 6);
    assert.ok(codebooks.every((length) => length <= 3));
  });

  it('give back one with a model within it, and one whose layer is used twice', async () => {
    const within = net((x) => head(through(x, tf.sequential({ name: 'within', layers: [tf.layers.conv2d({ inputShape: SHAPE, filters: 3, kernelSize: 3 }), tf.layers.batchNormalization()] }))));
    const shared = tf.layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same' });
    for (const model of [within, net((x) => head(through(x, shared, shared)))]) {
      assert.deepEqual(logitsOf(await unpack(pack(model).bytes), SPLIT), logitsOf(model, SPLIT));
    }
  });

  it('give back ResNet-20 with its shortcuts', async () => {
    const model = compress(resnet(key(63), 20));
    const images = tf.tensor4d(uniform(key(64), 3072), [1, 32, 32, 3]);
    const logits = (of: tf.LayersModel) => (of.predict(images) as tf.Tensor).dataSync();
    const { bytes } = pack(model);
    assert.deepEqual(logits(await unpack(bytes)), logits(model));
    assert.ok(bytes.length < (4 * 269_722) / 10, `${bytes.length} bytes`);
  });
});
