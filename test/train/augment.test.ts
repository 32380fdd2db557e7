/** Training on crops: drawn for each epoch and image from the key alone. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { cropAndFlip, jitter, type Augment, type Split } from '../../src/data';
import { initialize } from '../../src/models';
import { integers, key } from '../../src/random';
import { fit } from '../../src/train';
import { allWeights, captureStderr } from '../models/tiny';

const SPLIT: Split<Uint8Array> = { images: Uint8Array.from(integers(key(1), 24 * 36, 256)), labels: Uint8Array.from(integers(key(2), 24, 3)), count: 24, shape: [6, 6] };

async function trained(augment: Augment | undefined, { batch = 6, epochs = 2 } = {}) {
  const model = initialize(
    tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [6, 6, 1], filters: 4, kernelSize: 3, activation: 'relu' }), tf.layers.flatten(), tf.layers.dense({ units: 3 })] }),
    key(3),
  );
  const history = await fit(model, SPLIT, { key: key(4), epochs, batch, learningRate: 0.1, augment });
  return { weights: allWeights(model), history };
}

describe('fit with an augmentation', () => {
  captureStderr();

  it('gives the same bytes for the same key, and others than without', async () => {
    const [first, again, plain] = [await trained(cropAndFlip([6, 6, 1])), await trained(cropAndFlip([6, 6, 1])), await trained(undefined)];
    assert.deepEqual(first, again);
    assert.notDeepEqual(first.weights, plain.weights);
  });

  it('of no pixels is none', async () => assert.deepEqual(await trained(jitter([6, 6, 1], { pixels: 0 })), await trained(undefined)));

  it('draws other crops in the next epoch', async () => {
    // One step an epoch without a change of weights: the losses differ by the crops alone.
    const model = initialize(tf.sequential({ layers: [tf.layers.flatten({ inputShape: [6, 6, 1] }), tf.layers.dense({ units: 3 })] }), key(5));
    const run = (augment?: Augment) => fit(model, SPLIT, { key: key(4), epochs: 2, batch: 24, learningRate: 0, augment });
    const [[first, second], [plain, same]] = [await run(jitter([6, 6, 1])), await run()];
    assert.ok(Math.abs(plain.loss - same.loss) < 1e-6);
    assert.ok(Math.abs(first.loss - second.loss) > 1e-3);
  });

  it('made for other images is refused', () => assert.rejects(trained(cropAndFlip([8, 8, 1])), /augmentation must be made for images of 36 values/));
});
