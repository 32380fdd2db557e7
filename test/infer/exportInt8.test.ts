import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { drawnDigits, type Split } from '../../src/data';
import { exportOnnx } from '../../src/formats';
import { exportInt8, inferOnnx } from '../../src/infer';
import { LocalResponseNormalization } from '../../src/layers';
import { initialize, lenet5, resnet, smallSqueezenet } from '../../src/models';
import { integers, key } from '../../src/random';
import { sizeOf } from '../../src/system';
import { evaluate, predict } from '../../src/train';
import { roughen } from '../models/roughen';

const images = (model: tf.LayersModel, count: number, seed: number): Split & { images: Uint8Array } => {
  const shape = model.inputs[0].shape.slice(1) as number[];
  return { images: Uint8Array.from(integers(key(seed), count * sizeOf(shape), 256)), labels: Uint8Array.from(integers(key(seed + 1), count, 2)), count, shape };
};

const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe('exportInt8', () => {
  let file: string;
  before(() => (file = join(mkdtempSync(join(tmpdir(), 'squeezelab-')), 'int8.onnx')));
  after(() => rmSync(join(file, '..'), { recursive: true }));

  it('computes a dense layer in whole numbers: s(x) s(w) times the sum of (q(x) - z) q(w) and the bias', async () => {
    const model = roughen(initialize(tf.sequential({ layers: [tf.layers.dense({ units: 5, inputShape: [12], name: 'fc' })] }), key(1)));
    const split = { ...images(model, 40, 2), standardization: { mean: [0.4], standardDeviation: [0.25] } };
    split.images.set([0, 255]); // then pixels are the steps, and none lies half-way between two
    await exportInt8(model, file, { calibration: split });
    const net = await inferOnnx(file);
    const logits = await net.logits(split);
    const [kernel, bias] = model.getWeights().map((weight) => weight.dataSync<'float32'>());
    const x = Float32Array.from(split.images, (pixel) => (pixel / 255 - 0.4) / 0.25);
    const [low, high] = [Math.min(...x), Math.max(...x)];
    const step = Math.fround((high - low) / 255);
    const zero = Math.round(-low / step);
    const steps = Array.from({ length: 5 }, (_, out) => Math.max(...kernel.filter((_, i) => i % 5 === out).map(Math.abs)) / 127);
    for (let row = 0; row < split.count; row++)
      for (let out = 0; out < 5; out++) {
        let sum = Math.round(bias[out] / (step * steps[out]));
        for (let i = 0; i < 12; i++) sum += (Math.max(0, Math.min(255, Math.round(x[12 * row + i] / step) + zero)) - zero) * Math.round(kernel[5 * i + out] / steps[out]);
        const expected = sum * step * steps[out];
        assert.ok(Math.abs(logits[5 * row + out] - expected) < 1e-5 * largest(logits), `${row}, ${out}: ${logits[5 * row + out]}, expected ${expected}`);
      }
    await net.dispose();
  });

  const nets: Record<string, () => tf.LayersModel> = {
    'LeNet-5': () => lenet5(key(1)),
    'ResNet-8, its normalisation folded': () => resnet(key(1), 8),
    'a small SqueezeNet with complex bypass': () => smallSqueezenet(key(1), { bypass: 'complex' }),
  };
  for (const [name, make] of Object.entries(nets)) {
    it(`writes ${name} in about a fourth of the bytes, and its logits come near`, async () => {
      const model = roughen(make());
      const [calibration, split] = [images(model, 40, 4), images(model, 30, 6)];
      const floats = exportOnnx(model, file).bytes.length;
      const { bytes } = await exportInt8(model, file, { calibration });
      const weights = model.countParams();
      assert.ok(bytes.length < weights + (floats - 4 * weights) + 30_000, `${bytes.length} of ${floats}`);
      const net = await inferOnnx(file);
      const [found, expected] = [await predict(net, split), await predict(model, split)];
      const mean = found.reduce((sum, value, i) => sum + Math.abs(value - expected[i]), 0) / found.length;
      assert.ok(mean < 0.03 * largest(expected), `${mean} of ${largest(expected)}`);
      await net.dispose();
      model.dispose();
    });
  }

  it('has normalisation, biases and weights right around what bytes have no kernels for, and of a layer that is called twice', async () => {
    const { conv2d, batchNormalization, activation, dense, flatten, add } = tf.layers;
    const x = tf.input({ shape: [8, 8, 3] });
    const through = (from: tf.SymbolicTensor, ...layers: tf.layers.Layer[]) => layers.reduce((value, layer) => layer.apply(value) as tf.SymbolicTensor, from);
    const twice = conv2d({ filters: 6, kernelSize: 3, padding: 'same', name: 'twice' });
    const first = through(x, conv2d({ filters: 6, kernelSize: 3, name: 'first', useBias: false }), batchNormalization({ name: 'norm1' }), activation({ activation: 'sigmoid' }), twice, batchNormalization({ name: 'norm2' }));
    const sum = add().apply([through(first, activation({ activation: 'tanh' }), twice), first]) as tf.SymbolicTensor;
    const model = roughen(initialize(tf.model({ inputs: x, outputs: through(sum, new LocalResponseNormalization({ name: 'lrn' }), flatten(), dense({ units: 4, name: 'fc' })) }), key(1)));
    const [kernel, bias] = model.getLayer('fc').getWeights();
    const tiny = kernel.dataSync<'float32'>().map((weight, i) => (i % 4 === 2 ? 1e-12 * weight : i % 4 === 3 ? 0 : weight)); // outputs that are all but their bias
    model.getLayer('fc').setWeights([tf.tensor(tiny, kernel.shape), bias]);
    const [calibration, split] = [images(model, 40, 4), images(model, 30, 6)];
    await exportInt8(model, file, { calibration });
    const net = await inferOnnx(file);
    const [found, expected] = [await predict(net, split), await predict(model, split)];
    const biases = bias.dataSync();
    found.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < (i % 4 < 2 ? 0.08 * largest(expected) : 1e-5), `${i}: ${value}, expected ${expected[i]}`));
    assert.ok(Math.abs(found[3] - biases[3]) < 1e-6);
    await net.dispose();
  });

  it('folds normalisation behind a dense layer, behind a convolution of one pixel, and of each call of a layer', async () => {
    const { conv2d, batchNormalization, dense, flatten, reLU } = tf.layers;
    const wide = (model: tf.LayersModel) => {
      for (const { name } of model.layers.filter((layer) => layer.getClassName() === 'BatchNormalization')) {
        const layer = model.getLayer(name);
        layer.setWeights(layer.getWeights().map((weight, i) => (i === 2 ? tf.add(weight, 30) : weight))); // a mean that biases make up for
      }
      return model;
    };
    const raised = (model: tf.LayersModel, names: string[]) => {
      for (const name of names) {
        const [kernel, bias] = model.getLayer(name).getWeights();
        model.getLayer(name).setWeights([kernel, tf.add(bias, 30)]);
      }
      return model;
    };
    const seq = (...layers: tf.layers.Layer[]) => roughen(initialize(tf.sequential({ layers }), key(1)));
    const nets = [
      raised(wide(seq(flatten({ inputShape: [6, 6, 1] }), dense({ units: 20, name: 'd' }), batchNormalization({ name: 'n' }), reLU(), dense({ units: 4 }))), ['d']),
      raised(wide(seq(conv2d({ filters: 20, kernelSize: 6, inputShape: [6, 6, 1], name: 'c' }), batchNormalization({ name: 'n' }), reLU(), flatten(), dense({ units: 4 }))), ['c']),
    ];
    const x = tf.input({ shape: [8, 8, 3] });
    const twice = conv2d({ filters: 3, kernelSize: 3, padding: 'same', name: 'twice' });
    const [first, second] = [1, 2].map((i) => batchNormalization({ name: `n${i}` }));
    const through = (...layers: tf.layers.Layer[]) => layers.reduce((value, layer) => layer.apply(value) as tf.SymbolicTensor, x);
    const again = roughen(initialize(tf.model({ inputs: x, outputs: through(twice, first, reLU(), twice, second, reLU(), flatten(), dense({ units: 4, name: 't5' })) }), key(2)));
    second.setWeights(second.getWeights().map((weight, i) => (i === 0 ? tf.mul(weight, 20) : weight)));
    for (const model of [...nets, again]) {
      const split = images(model, 40, 4);
      await exportInt8(model, file, { calibration: split });
      const net = await inferOnnx(file);
      const [found, expected] = [await predict(net, split), await predict(model, split)];
      const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
      assert.ok(worst < 0.03 * largest(expected), `${model.name}: ${worst} of ${largest(expected)}`);
      await net.dispose();
    }
  });

  it('writes a net of several outputs, by images alone', async () => {
    const x = tf.input({ shape: [6, 6, 1], name: 'x' });
    const inner = tf.layers.conv2d({ filters: 4, kernelSize: 3, name: 'maps' }).apply(x) as tf.SymbolicTensor;
    const end = tf.layers.dense({ units: 3, name: 'end' }).apply(tf.layers.flatten().apply(inner)) as tf.SymbolicTensor;
    const model = initialize(tf.model({ inputs: x, outputs: [inner, end] }), key(1));
    const calibration = { images: Uint8Array.from(integers(key(2), 10 * 36, 256)), labels: new Uint8Array(10).fill(200), count: 10, shape: [6, 6, 1] };
    const { bytes } = await exportInt8(model, file, { calibration });
    const session = await ort.InferenceSession.create(bytes);
    const pixels = Float32Array.from(calibration.images, (pixel) => pixel / 255);
    const found = await session.run({ x: new ort.Tensor('float32', pixels, [10, 6, 6, 1]) });
    const expected = model.predict(tf.tensor4d(pixels, [10, 6, 6, 1])) as tf.Tensor[];
    for (const [i, name] of ['maps', 'end'].entries()) {
      const wanted = expected[i].dataSync<'float32'>();
      assert.deepEqual(found[name].dims, expected[i].shape);
      wanted.forEach((value, at) => assert.ok(Math.abs(value - (found[name].data as Float32Array)[at]) < 0.03 * largest(wanted), `${name} ${at}`));
    }
  });

  it('refuses weights that are not finite, by name', async () => {
    const model = lenet5(key(1));
    const [kernel, bias] = model.getLayer('fc2').getWeights();
    model.getLayer('fc2').setWeights([tf.mul(kernel, NaN), bias]);
    await assert.rejects(exportInt8(model, file, { calibration: drawnDigits({ train: 20, test: 20 }).test }), /weights and biases must be finite, got others in fc2\/kernel/);
    model.dispose();
  });

  it('clips what lies outside of the calibrated ranges', async () => {
    const model = initialize(tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] }), key(1));
    const dark = { ...images(model, 4, 1), images: Uint8Array.from({ length: 12 }, (_, i) => 10 * i), shape: [3] };
    await exportInt8(model, file, { calibration: dark });
    const net = await inferOnnx(file);
    const at = (pixel: number) => net.logits({ images: new Uint8Array(3).fill(pixel), labels: Uint8Array.of(0), count: 1, shape: [3] });
    assert.deepEqual(await at(255), await at(110));
    await net.dispose();
  });

  it('refuses a net without weights, another split and a missing one', async () => {
    const empty = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 2] })] });
    await assert.rejects(exportInt8(empty, file, { calibration: images(empty, 3, 1) }), /exportInt8: the model must have a convolution or a dense layer/);
    const model = lenet5(key(1));
    const { test } = drawnDigits({ train: 20, test: 20 });
    await assert.rejects(exportInt8(model, file, { calibration: { ...test, shape: [2, 2], images: new Uint8Array(80) } }), RangeError);
    await assert.rejects(exportInt8(model, file, {} as { calibration: Split }), /split/);
    model.dispose();
  });
});

describe('inferOnnx', () => {
  let file: string;
  before(() => (file = join(mkdtempSync(join(tmpdir(), 'squeezelab-')), 'net.onnx')));
  after(() => rmSync(join(file, '..'), { recursive: true }));

  it('gives the logits and errors that the model gives, from path and bytes, with any batch and number of threads', async () => {
    const model = lenet5(key(1));
    const { test } = drawnDigits({ train: 20, test: 21 });
    const { bytes } = exportOnnx(model, file);
    const expected = await predict(model, test);
    for (const [from, threads, batch] of [[file, 1, 4], [bytes, 2, 50]] as const) {
      const net = await inferOnnx(from, { threads });
      assert.deepEqual([net.shape, net.classes], [[28, 28, 1], 10]);
      const logits = await net.logits(test, { batch });
      logits.forEach((logit, i) => assert.ok(Math.abs(logit - expected[i]) < 1e-5));
      assert.equal((await evaluate(net, test)).errors, (await evaluate(model, test)).errors);
      await net.dispose();
    }
  });

  it('gives logits of a net that ends in softmax, up to a number for each image', async () => {
    const model = initialize(tf.sequential({ layers: [tf.layers.flatten({ inputShape: [28, 28] }), tf.layers.dense({ units: 10, activation: 'softmax' })] }), key(1));
    exportOnnx(model, file);
    const { test } = drawnDigits({ train: 20, test: 21 });
    const net = await inferOnnx(file);
    const [found, expected] = [await evaluate(net, test), await evaluate(model, test)];
    assert.ok(Math.abs(found.loss - expected.loss) < 1e-5, `${found.loss}, expected ${expected.loss}`);
    await net.dispose();
    await net.dispose(); // again does nothing
  });

  it('runs a net that fixes its batch, in floats and in bytes', async () => {
    const model = initialize(tf.sequential({ layers: [tf.layers.dense({ units: 3, batchInputShape: [4, 6] })] }), key(1));
    const split = { ...images(model, 10, 1), shape: [6] };
    exportOnnx(model, file);
    const floats = await (await inferOnnx(file)).logits(split);
    await exportInt8(model, file, { calibration: split });
    const bytes = await (await inferOnnx(file)).logits(split);
    // What fills a batch up widens no range: an image of zeros would, whose sums are below those of all images here.
    const deep = (batchInputShape: (number | null)[]) => {
      const net = initialize(tf.sequential({ layers: [tf.layers.dense({ units: 5, batchInputShape, name: 'hidden' }), tf.layers.dense({ units: 3 })] }), key(1));
      net.getLayer('hidden').setWeights([tf.fill([6, 5], 1 / 6), tf.fill([5], -3)]);
      return net;
    };
    const bright = { ...split, images: split.images.map((pixel) => 128 + (pixel >> 1)), standardization: { mean: [0.1], standardDeviation: [0.1] } };
    const logitsOf = async (net: tf.LayersModel) => (await exportInt8(net, file, { calibration: bright }), (await inferOnnx(file)).logits(bright));
    assert.deepEqual(await logitsOf(deep([4, 6])), await logitsOf(deep([null, 6])));
    const [kernel] = model.getWeights();
    const expected = (tf.matMul(tf.tensor2d(Float32Array.from(split.images, (pixel) => pixel / 255), [10, 6]), kernel as tf.Tensor2D)).dataSync();
    expected.forEach((value, i) => assert.ok(Math.abs(floats[i] - value) < 1e-5 && Math.abs(bytes[i] - value) < 0.03, `${i}: ${floats[i]}, ${bytes[i]}, expected ${value}`));
  });

  it('refuses what is no such net, by what it takes and gives', async () => {
    const [a, b] = [tf.input({ shape: [3], name: 'a' }), tf.input({ shape: [3], name: 'b' })];
    exportOnnx(tf.model({ inputs: [a, b], outputs: tf.layers.add({ name: 'sum' }).apply([a, b]) as tf.SymbolicTensor }), file);
    await assert.rejects(inferOnnx(file), /one of each and floats, got a: float32 \[batch,3\], b: float32 \[batch,3\] and sum: float32 \[batch,3\]/);
    await assert.rejects(inferOnnx(new Uint8Array(100)), /./);
    await assert.rejects(inferOnnx(7 as unknown as string), /an ONNX file's path or bytes, got 7/);
    await assert.rejects(inferOnnx(join(file, 'none')), /inferOnnx: .* must be an ONNX file that can be read, as exportOnnx writes it, got: E/);
  });
});
