import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { binarize, foldNorms } from '../../src/compress';
import { standardize, drawnDigits } from '../../src/data';
import { pack } from '../../src/formats';
import { infer } from '../../src/infer';
import { QuantizedActivation } from '../../src/layers';
import { binaryMlp, bnnConvNet } from '../../src/models';
import { key } from '../../src/random';
import { evaluate, predict } from '../../src/train';
import { parametrizeAll } from '../../src/weights';
import { conv, dense, drawn, floats, images, pool, sign, threshold } from './nets';

type Layers = () => tf.layers.Layer[];

/** Runs `work` with so many threads, of which tests have one. */
async function withThreads<T>(threads: number, work: () => Promise<T>): Promise<T> {
  const before = process.env.SQUEEZELAB_THREADS;
  process.env.SQUEEZELAB_THREADS = String(threads);
  try {
    return await work();
  } finally {
    process.env.SQUEEZELAB_THREADS = before;
  }
}

describe('infer', () => {
  // The last layer has more outputs than inputs: a sign that differs in any layer before changes them.
  const nets: { name: string; shape: number[]; layers: Layers; scales?: boolean; count?: number }[] = [
    { name: 'dense layers of odd sizes', shape: [20], layers: () => [dense(37), threshold(), dense(50), threshold(), dense(80)] },
    { name: 'a dense layer of an output', shape: [3], layers: () => [dense(1), threshold(), dense(5)] },
    { name: 'more outputs and images than a tile has', shape: [70], layers: () => [dense(130), threshold(), dense(66), sign(), dense(140)], count: 131 },
    { name: 'images of one channel', shape: [7, 5, 1], layers: () => [conv(5), threshold(), conv(40), threshold(), tf.layers.flatten(), dense(100)] },
    { name: 'images that are flattened', shape: [4, 3, 5], layers: () => [tf.layers.flatten(), dense(33), threshold(), tf.layers.dropout({ rate: 0.5 }), dense(40)] },
    { name: 'strides, without padding', shape: [11, 10, 3], layers: () => [conv(33, { padding: 'valid', strides: 2 }), threshold(), conv(9, { padding: 'valid', kernelSize: [2, 3] }), threshold(), tf.layers.flatten(), dense(70)] },
    { name: 'strides, with padding', shape: [8, 9, 4], layers: () => [conv(12, { strides: [2, 1] }), threshold(), conv(40, { strides: 3, kernelSize: 4 }), threshold(), tf.layers.flatten(), dense(300)] },
    { name: 'pooling of sums and of signs', shape: [9, 8, 2], layers: () => [conv(33), pool(2), threshold(), conv(35), threshold(), pool(2, { padding: 'same' }), tf.layers.flatten(), dense(300)] },
    { name: 'pooling that overlaps, twice', shape: [10, 9, 5], layers: () => [conv(6), pool(3, { strides: 2, padding: 'same' }), threshold(), pool(2, { strides: 1 }), conv(7), threshold(), tf.layers.flatten(), dense(100)] },
    { name: 'a window that is all of the image', shape: [4, 4, 2], layers: () => [conv(40, { kernelSize: 4, padding: 'valid' }), threshold(), conv(20), pool(2, { padding: 'same' }), threshold(), conv(33, { kernelSize: 1 }), threshold(), tf.layers.flatten(), dense(70)] },
    { name: 'scales and biases', shape: [6, 6, 2], layers: () => [conv(8, { useBias: true }), threshold(), conv(9, { useBias: true }), sign(), tf.layers.flatten(), dense(400, { useBias: true })], scales: true },
    { name: 'batch normalisation at the end', shape: [30], layers: () => [dense(20), threshold(), dense(40), tf.layers.batchNormalization(), tf.layers.activation({ activation: 'linear' })] },
  ];
  for (const { name, shape, layers, scales = false, count = 3 } of nets) {
    for (const threads of [1, 2]) {
      it(`gives the float net's logits, bit for bit: ${name}, ${threads === 1 ? 'one thread' : 'two threads'}`, () =>
        withThreads(threads, async () => {
          for (const seed of [1, 2, 3]) {
            const model = drawn(key(seed), shape, layers(), { scales });
            const net = await infer(pack(model).bytes);
            const split = images(key(seed + 10), shape, count);
            const wanted = floats(model, split);
            assert.deepEqual(await net.logits(split), wanted);
            assert.ok(new Set(wanted).size > 1);
            net.dispose();
          }
        }));
    }
  }

  it('gives the same logits when threads share the layers of one image, and in batches of any size', () =>
    withThreads(2, async () => {
      const model = drawn(key(1), [500], [dense(1500), threshold(), dense(1030), threshold(), dense(1100)]);
      const net = await infer(pack(model).bytes);
      const split = images(key(2), [500], 5);
      const wanted = floats(model, split);
      for (const [batch, threads] of [[1, 2], [1, 1], [2, 2], [5, 2], [1000, 3]]) assert.deepEqual(await net.logits(split, { batch, threads }), wanted);
    }));

  it('takes bytes as each channel is scaled', async () => {
    const model = drawn(key(1), [6, 7, 3], [conv(20), threshold(), tf.layers.flatten(), dense(900)]);
    const net = await infer(pack(model).bytes);
    for (const deviations of [[255, 510, 1020], [255, 510, 255]]) {
      const split = images(key(2), [6, 7, 3], 2, { mean: [0, 0, 0], standardDeviation: deviations.map((value) => 1 / value) });
      assert.deepEqual(await net.logits(split), floats(model, split));
    }
    const shifted = images(key(2), [6, 7, 3], 2, { mean: [1, 0.2, 0.6].map((part) => Math.round(255 * part) / 255), standardDeviation: [1, 2, 1].map((part) => part / 255) });
    assert.deepEqual(await net.logits(shifted), floats(model, shifted));
  });

  it('runs the nets of the paper, evaluated as the models they come from', async () => {
    const { test } = standardize(drawnDigits({ train: 60, test: 50 }));
    const mlp = binaryMlp(key(1), [784, 96, 64, 10]);
    parametrizeAll(mlp, binarize());
    for (const file of [pack(mlp), pack(foldNorms(mlp))]) {
      const net = await infer(file.bytes);
      const [{ loss, ...ours }, { loss: wanted, ...theirs }] = [await evaluate(net, test), await evaluate(mlp, test)];
      assert.deepEqual(ours, theirs);
      assert.ok(Math.abs(loss - wanted) < 1e-4);
      const floats = await predict(mlp, test);
      assert.ok((await predict(net, test)).every((value, i) => Math.abs(value - floats[i]) < 1e-3));
      assert.deepEqual([net.classes, net.shape, net.layers[0].macs], [10, [784], 784 * 96]);
    }
    const convNet = bnnConvNet(key(2), { width: 1 / 32 });
    parametrizeAll(convNet, binarize());
    const folded = foldNorms(convNet);
    const net = await infer(pack(folded).bytes);
    const split = images(key(3), [32, 32, 3], 2);
    assert.deepEqual(await net.logits(split), floats(folded, split));
  });

  it('keeps a bit for each weight', async () => {
    const net = await infer(pack(drawn(key(1), [64], [dense(128), threshold(), dense(128), threshold(), dense(64)])).bytes);
    const weights = (64 * 128 + 128 * 128 + 128 * 64) / 8;
    assert.equal(net.bytes, weights + 128 * 8 + 128 * 4); // of the first layer thresholds in double precision, of the second whole numbers
  });

  it('refuses weights and scales that are no numbers, and scales of other channels than the first layer takes', async () => {
    const model = drawn(key(1), [4, 4, 3], [tf.layers.reshape({ targetShape: [4, 12, 1] }), conv(5), threshold(), tf.layers.flatten(), dense(4)]);
    const net = await infer(pack(model).bytes);
    const split = images(key(2), [4, 4, 3], 2);
    await assert.rejects(net.logits({ ...split, standardization: { mean: [0.1, 0.2, 0.3], standardDeviation: [1, 1, 1] } }), /as many channels as .* takes, 1, got 3/);
    await assert.rejects(net.logits({ ...split, standardization: { mean: [0.1], standardDeviation: [0] } }), /standard deviations must be above 0, got 0/);
    net.dispose();
    const broken = drawn(key(1), [6], [dense(5), threshold(), dense(4), tf.layers.batchNormalization({ name: 'end' })]);
    broken.getLayer('end').setWeights(broken.getLayer('end').getWeights().map((weight) => tf.mul(weight, NaN)));
    await assert.rejects(infer(pack(broken).bytes), /weights must be numbers, got NaN in end/);
  });

  it('leaves no tensors, of nets that it takes and of those that it refuses', async () => {
    const shifts = binaryMlp(key(1), [20, 10, 4], { normalization: 'shift' });
    parametrizeAll(shifts, binarize());
    const refused = tf.sequential({ layers: [tf.layers.conv2d({ filters: 3, kernelSize: 2, inputShape: [4, 4, 1] }), tf.layers.batchNormalization({ axis: 1 }), sign(), tf.layers.flatten(), dense(4)] });
    parametrizeAll(refused, binarize());
    const files = [shifts, refused].map((model) => pack(model).bytes);
    const once = async () => {
      (await infer(files[0])).dispose();
      await assert.rejects(infer(files[1]), /axis 1/);
    };
    await once();
    const before = tf.memory().numTensors;
    await once();
    assert.equal(tf.memory().numTensors, before);
  });

  it('says what does not fit, by name', async () => {
    const refused = async (message: RegExp, shape: number[], ...layers: tf.layers.Layer[]): Promise<void> => {
      await assert.rejects(infer(pack(drawn(key(1), shape, layers)).bytes), (error: Error) => message.test(error.message) || assert.fail(error.message));
    };
    await refused(/^infer: d2 must be a layer that can follow sums in a binary net, got Dense; put new layers.QuantizedActivation\(\{ quantizer: 'sign' \}\) before it$/, [4], dense(3), tf.layers.dense({ name: 'd2', units: 2, useBias: false }));
    await refused(/^infer: relu must have no activation of its own, got relu; a sign is a layer behind it/, [4], tf.layers.dense({ name: 'relu', units: 3, activation: 'relu' }), sign(), dense(2));
    await refused(/^infer: r must be a layer that can follow sums in a binary net, got ReLU; evaluate takes such a net as unpack gives it$/, [4], dense(3), tf.layers.reLU({ name: 'r' }), sign(), dense(2));
    await refused(/^infer: q must be .* got a quantizer linear; /, [4], dense(3), new QuantizedActivation({ name: 'q', quantizer: 'linear', bits: 2, range: [-1, 1] }), dense(2));
    await refused(/^infer: c must have a dilation of 1, got 2/, [8, 8, 1], conv(3, { name: 'c', dilationRate: 2 }), sign(), tf.layers.flatten(), dense(2));
    await refused(/^infer: t must have a threshold for each of the 3 channels of c, got 12; put Flatten behind it$/, [2, 2, 1], conv(3, { name: 'c' }), tf.layers.flatten(), new QuantizedActivation({ name: 't', quantizer: 'sign' }), dense(2));
    await refused(/^infer: p must be .* follow images .*, got MaxPooling2D; /, [4, 4, 1], pool(2, { name: 'p' }), conv(3), sign(), tf.layers.flatten(), dense(2));
    await refused(/must have two layers with weights or more, the last one dense, got Dense d$/, [4], tf.layers.dense({ name: 'd', units: 3, useBias: false }));
    const floatNet = tf.sequential({ layers: [tf.layers.dense({ name: 'f', units: 3, inputShape: [4] }), sign(), dense(2)] });
    await assert.rejects(infer(pack(floatNet).bytes), /^Error: infer: f must have weights of ±1, or of ± one scale an output, got .* beside another one; parametrizeAll\(model, binarize\(\)\) before pack makes them$/);
    await assert.rejects(infer('net.slim' as never), /TypeError: unpack: the bytes must be a Uint8Array/);

    const net = await infer(pack(drawn(key(1), [4], [dense(3), sign(), dense(2)])).bytes);
    const split = images(key(1), [4], 2);
    await assert.rejects(net.logits({ ...split, images: Float32Array.from(split.images), standardization: undefined }), /TypeError: logits: the images must be bytes, .* got Float32Array; evaluate\(await unpack\(file\), split\) takes floats/);
    await assert.rejects(evaluate(net, images(key(1), [5], 2)), /RangeError: evaluate: an image must have 4 values/);
    await assert.rejects(evaluate(net, { ...split, labels: Uint8Array.of(0, 2) }), /RangeError: evaluate: labels must be from 0 to 1/);
    await assert.rejects(predict(net, split, { bacth: 3 } as never), /TypeError: predict: .*bacth/);
    await assert.rejects(net.logits(split, { threads: 0 }), /RangeError: logits: the threads must be a whole number from 1, got 0/);
  });
});
