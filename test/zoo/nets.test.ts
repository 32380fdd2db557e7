import assert from 'node:assert/strict';
import type * as tf from '@tensorflow/tfjs';
import { FormatError } from '../../src/codec';
import { readNpy } from '../../src/formats';
import { foldIn, integers, key, uniform } from '../../src/random';
import { squeezenet } from '../../src/models';
import { caffeLenet5, compressedSqueezenet, lenet5Floats, numpySqueezenet, squeezenetLayers, writeCaffeLenet5, writeNumpySqueezenet } from '../../src/zoo';
import { assertSameBits } from '../formats/same';
import { deepCompressedFile, floats, joined, sizeOf, uints, type Layer } from '../formats/files';

/** The kernel and the biases of a layer. */
const weights = (model: tf.LayersModel, name: string) => model.getLayer(name).getWeights().map((weight) => weight.dataSync<'float32'>());

/** Asserts that each value of a convolution's kernel is Caffe's, whose channels may come in another order. */
function assertConvolution(kernel: Float32Array, caffe: Float32Array, [out, ins, height, width]: readonly number[], channel = (c: number) => c): void {
  assert.equal(kernel.length, caffe.length);
  let at = 0;
  for (let h = 0; h < height; h++)
    for (let w = 0; w < width; w++)
      for (let c = 0; c < ins; c++) for (let o = 0; o < out; o++) if (kernel[at++] !== caffe[((o * ins + channel(c)) * height + h) * width + w]) assert.fail(`weight ${at - 1}`);
}

describe('caffeLenet5', () => {
  const tensors = lenet5Floats.map(({ name, shape, before }) => ({ shape, before, values: uniform(foldIn(key(1), name), sizeOf(shape), { min: -0.1, max: 0.1 }) }));
  const file = joined(...tensors.flatMap(({ before, values }) => [...(before ? [uints(8, 0), new Uint8Array(8).fill(255)] : []), floats(values)]));
  const caffe = tensors.map(({ values }) => values);

  it('is of 1,724,336 bytes and gives each layer its weights in the order that tfjs takes them in', () => {
    assert.equal(file.length, 1_724_336);
    const model = caffeLenet5(file);
    const [conv1, conv2, fc1, fc2] = ['conv1', 'conv2', 'fc1', 'fc2'].map((name) => weights(model, name));
    assertConvolution(conv1[0], caffe[0], [20, 1, 5, 5]);
    assertConvolution(conv2[0], caffe[2], [50, 20, 5, 5]);
    // fc1 sees 50 maps of 4 × 4: a convolution that is as large as they are.
    assertConvolution(fc1[0], caffe[4], [500, 50, 4, 4]);
    assertConvolution(fc2[0], caffe[6], [10, 500, 1, 1]);
    assert.deepEqual([conv1[1], conv2[1], fc1[1], fc2[1]], [caffe[1], caffe[3], caffe[5], caffe[7]]);
    model.dispose();
  });

  it('is written back as the same bytes', () => {
    const model = caffeLenet5(file);
    assert.deepEqual(writeCaffeLenet5(model), file);
    model.dispose();
  });

  it('refuses another file', () => {
    assert.throws(() => caffeLenet5(file.subarray(0, 1_000_000)), FormatError);
    assert.throws(() => caffeLenet5(joined(file, floats([1]))), FormatError);
  });
});

describe('compressedSqueezenet', () => {
  const layers = squeezenetLayers.map(({ name, shape, bits }): Layer => {
    const seed = foldIn(key(2), name);
    const [drawn, kept] = [integers(foldIn(seed, 'codes'), sizeOf(shape), 255), uniform(foldIn(seed, 'kept'), sizeOf(shape))];
    return {
      name,
      shape,
      bits,
      codebook: [0, ...uniform(foldIn(seed, 'codebook'), 255, { min: -1, max: 1 })],
      biases: [...uniform(foldIn(seed, 'biases'), shape[0])],
      codes: Array.from(drawn, (code, i) => (kept[i] < 0.2 ? code + 1 : 0)),
    };
  });
  const file = deepCompressedFile(layers);

  it('knows the 26 layers, 1,244,448 weights', () => {
    assert.equal(squeezenetLayers.length, 26);
    assert.equal(squeezenetLayers.reduce((sum, { shape }) => sum + sizeOf(shape), 0), 1_244_448);
  });

  it('gives each layer its weights, and takes red first where the authors take blue', () => {
    const { model, layers: read } = compressedSqueezenet(file);
    assert.deepEqual(read.map(({ name }) => name), squeezenetLayers.map(({ name }) => name));
    const named = { 'fire2/conv1x1_1': 'fire2/squeeze1x1', 'fire5/conv1x1_2': 'fire5/expand1x1', 'fire9/conv3x3_2': 'fire9/expand3x3', conv1: 'conv1', conv10: 'conv10' };
    for (const [theirs, ours] of Object.entries(named)) {
      const { codebook, codes, biases, shape } = layers.find(({ name }) => name === theirs)!;
      const [kernel, bias] = weights(model, ours);
      assertConvolution(kernel, Float32Array.from(codes, (code) => codebook[code]), shape, (c) => (theirs === 'conv1' ? 2 - c : c));
      assert.deepEqual(bias, Float32Array.from(biases));
    }
    model.dispose();
  });

  it('refuses another file', () => assert.throws(() => compressedSqueezenet(file.subarray(0, 100_000)), FormatError));
});

describe('numpySqueezenet', () => {
  it('reads the 52 files that were written of a net, kernels as [out, in, height, width]', () => {
    const model = squeezenet(key(3), { version: '1.1' });
    const files = writeNumpySqueezenet(model);
    assert.equal(files.size, 52);
    const read = numpySqueezenet((file) => files.get(file)!);
    assertSameBits(read, model);
    const { shape, values } = readNpy(files.get('squeezenet0_conv0_weight.npy')!);
    assert.deepEqual(shape, [64, 3, 3, 3]);
    assertConvolution(weights(model, 'conv1')[0], Float32Array.from(values), shape);
    model.dispose();
    read.dispose();
  });
});
