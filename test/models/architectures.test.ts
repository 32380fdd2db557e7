import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../src/engine';
import { alexnet, binaryMlp, bnnConvNet, lenet5, resnet, smallSqueezenet, squeezenet, vgg16 } from '../../src/models';
import { foldIn, type Key, key, uniform } from '../../src/random';
import { roughen } from './roughen';

const sizeOf = ({ shape }: { shape: tf.Shape }): number => tf.util.sizeFromShape(shape as number[]);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const named = (model: tf.LayersModel, ending: string) => model.weights.filter(({ originalName }) => originalName.endsWith(ending));
const kernels = (model: tf.LayersModel): number[] => named(model, '/kernel').map(sizeOf);
const biases = (model: tf.LayersModel): number => sum(named(model, '/bias').map(sizeOf));
/** What normalisation trains. */
const scales = (model: tf.LayersModel): number => sum([...named(model, '/gamma'), ...named(model, '/beta')].map(sizeOf));
const symbol = (model: tf.LayersModel, layer: string) => model.getLayer(layer).output as tf.SymbolicTensor;
const shapeOf = (model: tf.LayersModel, layer: string) => model.getLayer(layer).outputShape.slice(1);

const imagesFor = (model: tf.LayersModel, batch: number): tf.Tensor => {
  const shape = [batch, ...(model.inputs[0].shape.slice(1) as number[])];
  return tf.tensor(uniform(key(51), tf.util.sizeFromShape(shape)), shape);
};

function assertClose(actual: tf.Tensor, expected: tf.Tensor): void {
  assert.deepEqual(actual.shape, expected.shape);
  const [found, wanted] = [actual, expected].map((tensor) => tensor.dataSync<'float32'>());
  const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  assert.ok(largest > 0);
  found.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) < 1e-4 * largest, `${i}: ${value}, expected ${wanted[i]}`));
}

/** The values of some layers in one compiled forward pass. */
async function valuesIn(model: tf.LayersModel, layers: readonly string[], x: tf.Tensor): Promise<tf.Tensor[]> {
  const part = tf.model({ inputs: model.inputs, outputs: layers.map((layer) => symbol(model, layer)) });
  const program = await compile<Record<string, tf.Tensor>>((input) => Object.fromEntries((part.apply(input) as tf.Tensor[]).map((value, i) => [layers[i], value])), [x]);
  const values = await program(x);
  await program.dispose();
  return layers.map((layer) => values[layer]);
}

async function assertCompiledAsOpByOp(model: tf.LayersModel, batch: number): Promise<void> {
  const x = imagesFor(roughen(model), batch);
  const program = await compile((input) => model.apply(input, { training: false }) as tf.Tensor, [x]);
  assertClose(await program(x), model.predict(x) as tf.Tensor);
  await program.dispose();
}

/** Kernels up to this size are compared whole, of larger ones so many values: `uniform` draws them in order. */
const COMPARED = 100_000;

/** Each kernel is the draw of its key and name, in Glorot's limits or those given, biases are 0 and normalisation does nothing: so nothing depends on anything else. */
function assertDrawnFrom(seed: Key, model: tf.LayersModel, given?: number): void {
  for (const weight of model.weights) {
    const values = weight.read().dataSync<'float32'>().subarray(0, COMPARED);
    const { originalName, shape } = weight;
    if (originalName.endsWith('/kernel')) {
      const limit = given ?? Math.sqrt(6 / ((sizeOf(weight) / (shape.at(-2)! * shape.at(-1)!)) * (shape.at(-2)! + shape.at(-1)!)));
      assert.deepEqual(values, uniform(foldIn(seed, originalName), values.length, { min: -limit, max: limit }), originalName);
    } else {
      const initial = /gamma|variance/.test(originalName) ? 1 : 0;
      assert.ok(values.every((value) => value === initial), originalName);
    }
  }
}

/** A model that is there while the tests of its group run. */
function made(make: () => tf.LayersModel): () => tf.LayersModel {
  let model: tf.LayersModel;
  before(() => void (model = make()));
  after(() => void model.dispose());
  return () => model;
}

describe('lenet5', () => {
  const model = made(() => lenet5(key(1)));

  it('has 500, 25,000, 400,000 and 5,000 weights (Han et al. 2015, table of LeNet-5), and 580 biases', () => {
    assert.deepEqual(kernels(model()), [500, 25_000, 400_000, 5_000]);
    assert.equal(biases(model()), 20 + 50 + 500 + 10);
  });

  it('is drawn from its key alone', () => assertDrawnFrom(key(1), model()));

  it('has maps of 24, 12, 8 and 4 pixels, and no ReLU but between its dense layers', () => {
    assert.deepEqual(['conv1', 'pool1', 'conv2', 'pool2', 'flat', 'fc1', 'fc2'].map((name) => shapeOf(model(), name)), [[24, 24, 20], [12, 12, 20], [8, 8, 50], [4, 4, 50], [800], [500], [10]]);
    assert.deepEqual(model().layers.filter((layer) => layer.getConfig().activation === 'relu').map(({ name }) => name), ['fc1']);
  });

  it('computes in a program what it does op by op', () => assertCompiledAsOpByOp(model(), 2));
});

describe('resnet', () => {
  const model = made(() => resnet(key(2), 20));

  it('has the parameters of its paper: 0.27, 0.46 and 0.85 million at 20, 32 and 56 layers (He et al. 2016, Table 6)', () => {
    for (const [depth, millions] of [[20, '0.27'], [32, '0.46'], [56, '0.85']] as const) {
      const net = depth === 20 ? model() : resnet(key(2), depth);
      const n = (depth - 2) / 6;
      const stages = 9 * (2 * n * 16 * 16 + (16 + (2 * n - 1) * 32) * 32 + (32 + (2 * n - 1) * 64) * 64);
      assert.equal(sum(kernels(net)), 9 * 3 * 16 + stages + 64 * 10);
      assert.deepEqual([biases(net), scales(net)], [10, 2 * (16 + 2 * n * (16 + 32 + 64))]);
      assert.equal(((sum(kernels(net)) + biases(net) + scales(net)) / 1e6).toFixed(2), millions);
      assert.equal(kernels(net).length, depth);
    }
    assert.equal(sum(kernels(model())), 268_336);
  });

  it('is drawn from its key alone', () => assertDrawnFrom(key(2), model()));

  it('has stages of 32, 16 and 8 pixels with 16, 32 and 64 channels', () => {
    assert.deepEqual([1, 2, 3].map((stage) => shapeOf(model(), `stage${stage}/block3/relu2`)), [[32, 32, 16], [16, 16, 32], [8, 8, 64]]);
    assert.deepEqual([shapeOf(model(), 'pool'), shapeOf(model(), 'fc')], [[64], [10]]);
  });

  it('computes in a program what it does op by op', () => assertCompiledAsOpByOp(model(), 1));

  it('adds its shortcuts: the input, or each second pixel of it and zeros for the new channels (option A)', async () => {
    const net = resnet(key(3), 20);
    const silent = ['stage1/block2', 'stage2/block1', 'stage3/block1'];
    for (const weight of net.weights.filter(({ originalName }) => silent.some((name) => originalName.startsWith(`${name}/conv`)))) weight.write(tf.zerosLike(weight.read()));
    const before = ['stage1/block1', 'stage1/block3', 'stage2/block3'];
    const values = await valuesIn(net, [...before, ...silent].map((name) => `${name}/relu2`), imagesFor(net, 2));
    const expected = values.slice(0, 3).map((x, i) => (i ? tf.pad(tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, 2, 2, 1]), [[0, 0], [0, 0], [0, 0], [0, x.shape[3]!]]) : x));
    expected.forEach((value, i) => {
      assert.ok(value.dataSync().some((one) => one > 0));
      assert.deepEqual([values[3 + i].shape, values[3 + i].dataSync()], [value.shape, value.dataSync()], silent[i]);
    });
  });

  it('refuses a depth that is not 6 n + 2', () => {
    for (const depth of [2, 18, 21, 20.5, -4, NaN]) assert.throws(() => resnet(key(2), depth), (error) => error instanceof RangeError && /resnet: the depth must be 6 n \+ 2 .*, got/.test(error.message));
  });
});

describe('vgg16', () => {
  const model = made(() => vgg16(key(4)));

  it('has 14,710,464 weights in its thirteen convolutions, 5,120 in 512-10, and normalisation', () => {
    assert.deepEqual([kernels(model()).length, sum(kernels(model()).slice(0, 13)), kernels(model())[13]], [14, 14_710_464, 5_120]);
    assert.deepEqual([biases(model()), scales(model())], [10, 2 * (2 * 64 + 2 * 128 + 3 * 256 + 6 * 512)]);
  });

  it('is drawn from its key alone', () => assertDrawnFrom(key(4), model()));

  it('halves its maps five times, to one pixel', () => {
    assert.deepEqual([1, 2, 3, 4, 5].map((stage) => shapeOf(model(), `pool${stage}`)), [[16, 16, 64], [8, 8, 128], [4, 4, 256], [2, 2, 512], [1, 1, 512]]);
    assert.deepEqual(model().outputShape, [null, 10]);
  });

  it('computes in a program what it does op by op', () => assertCompiledAsOpByOp(model(), 1));
});

describe('bnnConvNet', () => {
  const model = made(() => bnnConvNet(key(5)));

  it('has 14,022,016 weights: 2×128C3-2×256C3-2×512C3-2×1024FC-10 (Courbariaux et al. 2016, section 2.2)', () => {
    const channels = [3, 128, 128, 256, 256, 512, 512];
    assert.deepEqual(kernels(model()), [...channels.slice(1).map((count, i) => 9 * channels[i] * count), 8192 * 1024, 1024 * 1024, 1024 * 10]);
    assert.equal(sum(kernels(model())), 14_022_016);
    assert.deepEqual([biases(model()), scales(model())], [0, 2 * (1792 + 2048 + 10)]);
  });

  it('is drawn from its key alone', () => assertDrawnFrom(key(5), model(), 1));

  it('pools after each second convolution, before normalisation and sign', () => {
    assert.deepEqual([2, 4, 6].map((i) => shapeOf(model(), `conv${i}/pool`)), [[16, 16, 128], [8, 8, 256], [4, 4, 512]]);
    const names = model().layers.map(({ name }) => name);
    assert.deepEqual(names.slice(4, 8), ['conv2', 'conv2/pool', 'conv2/norm', 'conv2/sign']);
    assert.deepEqual(model().outputShape, [null, 10]);
  });

  it('computes in a program what it does op by op; with hard tanh, for a sign hides or doubles a rounding', () => assertCompiledAsOpByOp(bnnConvNet(key(5), { width: 1 / 4, activation: 'hard tanh' }), 1));
});

describe('binaryMlp', () => {
  const model = made(() => binaryMlp(key(7), [784, 2048, 2048, 2048, 10]));

  it('has 10,014,720 weights at 3×2048, and batch normalisation behind each layer (Courbariaux et al. 2016, section 2.1)', () => {
    assert.equal(sum(kernels(model())), 10_014_720);
    assert.deepEqual([biases(model()), scales(model())], [0, 2 * (3 * 2048 + 10)]);
    assert.deepEqual(model().layers.map(({ name }) => name).slice(1, 5), ['fc1', 'fc1/norm', 'fc1/sign', 'fc2']);
  });

  it('begins evenly in ±1, and its twin in floats as Glorot says', () => {
    const largest = (net: tf.LayersModel) => Math.max(...net.getLayer('fc2').getWeights()[0].dataSync<'float32'>().subarray(0, 10_000).map(Math.abs));
    assert.ok(largest(model()) > 0.99 && largest(model()) <= 1);
    const limit = Math.sqrt(6 / 96);
    const twin = largest(binaryMlp(key(7), [20, 64, 32, 10], { activation: 'relu' }));
    assert.ok(twin > 0.95 * limit && twin <= limit);
  });

  it('refuses what it does not know', () => {
    assert.throws(() => binaryMlp(key(1), [784]), /binaryMlp: there must be units of an input and of an output/);
    assert.throws(() => binaryMlp(key(1), [4, 2], { activation: 'tanh' as never }), /binaryMlp: the activation must be sign, stochastic sign, hard tanh, relu, got/);
    assert.throws(() => bnnConvNet(key(1), { width: 0.3 }), /bnnConvNet: the width must be a multiple of 1\/128, got 0.3/);
  });
});

describe('squeezenet', () => {
  const model = made(() => squeezenet(key(6)));
  const convolution = (size: number, from: number, to: number) => size * size * from * to + to;
  const fire = (from: number, squeeze: number, expand: number) => convolution(1, from, squeeze) + convolution(1, squeeze, expand) + convolution(3, squeeze, expand);
  const parameters = (net: tf.LayersModel, name: string) => sum(net.layers.filter((layer) => layer.name.split('/')[0] === name).map((layer) => layer.countParams()));

  it('has 1,248,424 parameters in all (Iandola et al. 2016, Table 1), with bypass too, each layer its own', () => {
    const expected = {
      conv1: convolution(7, 3, 96),
      fire2: fire(96, 16, 64),
      fire3: fire(128, 16, 64),
      fire4: fire(128, 32, 128),
      fire5: fire(256, 32, 128),
      fire6: fire(256, 48, 192),
      fire7: fire(384, 48, 192),
      fire8: fire(384, 64, 256),
      fire9: fire(512, 64, 256),
      conv10: convolution(1, 512, 1000),
    };
    assert.equal(sum(Object.values(expected)), 1_248_424);
    const bypassed = squeezenet(key(6), { bypass: 'simple' });
    for (const net of [model(), bypassed]) {
      assert.equal(net.countParams(), 1_248_424);
      for (const [name, count] of Object.entries(expected)) assert.equal(parameters(net, name), count, name);
    }
    assert.equal(squeezenet(key(6), { classes: 10 }).countParams(), 1_248_424 - 990 * 513);
  });

  it('with a border averages ReLU(bias) at 56 more places', () => {
    const padded = roughen(squeezenet(key(6), { border: true }));
    assert.deepEqual(shapeOf(padded, 'conv10'), [15, 15, 1000]);
    tf.tidy(() => {
      const x = tf.tensor(uniform(key(52), 13 * 13 * 512), [1, 13, 13, 512]);
      const after = (...names: string[]) => names.reduce<tf.Tensor>((value, name) => padded.getLayer(name).apply(value) as tf.Tensor, x);
      const bias = tf.relu(padded.getLayer('conv10').getWeights()[1]);
      assertClose(tf.mul(after('border', 'conv10', 'pool10'), 225), tf.add(tf.mul(after('conv10', 'pool10'), 169), tf.mul(bias, 56)));
    });
    padded.dispose();
  });

  it('is drawn from its key alone', () => assertDrawnFrom(key(6), model()));

  it('has maps of 111, 55, 27 and 13 pixels', () => {
    assert.deepEqual(
      ['conv1', 'pool1', 'fire2/concat', 'pool4', 'pool8', 'fire9/concat', 'conv10', 'pool10'].map((name) => shapeOf(model(), name)),
      [[111, 111, 96], [55, 55, 96], [55, 55, 128], [27, 27, 256], [13, 13, 512], [13, 13, 512], [13, 13, 1000], [1000]],
    );
  });

  it('is as version 1.1 of 1,235,496 parameters, with the same maps after pools that come earlier', () => {
    const later = squeezenet(key(6), { version: '1.1' });
    assert.equal(later.countParams(), 1_235_496);
    const pooled = ['conv1', 'pool1', 'fire3/concat', 'pool3', 'fire5/concat', 'pool5', 'fire9/concat', 'conv10'];
    assert.deepEqual(pooled.map((name) => shapeOf(later, name)), [[111, 111, 64], [55, 55, 64], [55, 55, 128], [27, 27, 128], [27, 27, 256], [13, 13, 256], [13, 13, 512], [13, 13, 1000]]);
    assert.deepEqual(later.inputs[0].shape, [null, 224, 224, 3]);
    later.dispose();
  });

  it('computes fire9, conv10 and the average over the image', async () => {
    roughen(model());
    const [x, fired, logits] = await valuesIn(model(), ['pool8', 'fire9/concat', 'pool10'], imagesFor(model(), 1));
    const conv = (input: tf.Tensor, name: string) => {
      const [kernel, bias] = model().getLayer(name).getWeights();
      return tf.relu(tf.add(tf.conv2d(input as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same'), bias));
    };
    const squeezed = conv(x, 'fire9/squeeze1x1');
    const expected = tf.concat([conv(squeezed, 'fire9/expand1x1'), conv(squeezed, 'fire9/expand3x3')], 3);
    assertClose(fired, expected);
    assertClose(logits, tf.mean(conv(expected, 'conv10'), [1, 2]));
  });

  it('with bypass adds the inputs of fire3, 5, 7 and 9 to their outputs', async () => {
    const net = roughen(squeezenet(key(7), { bypass: 'simple' }));
    const added = net.layers.filter((layer) => layer.getClassName() === 'Add').map(({ name }) => name);
    assert.deepEqual(added, [3, 5, 7, 9].map((i) => `fire${i}/bypass`));
    const sums = ['fire3/bypass', 'fire5/bypass', 'fire7/bypass', 'fire9/bypass'];
    const inputs = ['fire2/concat', 'pool4', 'fire6/concat', 'pool8'];
    const values = await valuesIn(net, [...inputs, 'fire3/concat', 'fire5/concat', 'fire7/concat', 'fire9/concat', ...sums], imagesFor(net, 1));
    sums.forEach((_, i) => assertClose(values[8 + i], tf.add(values[i], values[4 + i])));
  });

  it('with complex bypass adds those of the others too, through 1×1 convolutions of as many filters as they have channels', async () => {
    const net = roughen(squeezenet(key(7), { bypass: 'complex', classes: 10 }));
    const added = [[96, 128], [128, 256], [256, 384], [384, 512]].map(([from, to]) => convolution(1, from, to));
    assert.equal(net.countParams(), 1_248_424 - 990 * 513 + sum(added));
    assert.deepEqual(net.layers.filter((layer) => layer.getClassName() === 'Add').map(({ name }) => name), [2, 3, 4, 5, 6, 7, 8, 9].map((i) => `fire${i}/bypass`));
    const [x, expanded, result] = await valuesIn(net, ['pool1', 'fire2/concat', 'fire2/bypass'], imagesFor(net, 1));
    const [kernel, bias] = net.getLayer('fire2/bypass1x1').getWeights();
    assertClose(result, tf.add(expanded, tf.add(tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same'), bias)));
    net.dispose();
  });

  it('is of 13 MiB with squeeze ratio 1/2, as Fig. 3 has it', () => {
    const wide = squeezenet(key(8), { squeezeRatio: 0.5 });
    assert.equal(((4 * wide.countParams()) / 2 ** 20).toFixed(0), '13');
    wide.dispose();
  });

  it('has 3×3 filters by their share of the expand filters', () => {
    for (const [share3x3, threes] of [[0.01, [1, 1, 3, 3, 4, 4, 5, 5]], [0.75, [96, 96, 192, 192, 288, 288, 384, 384]]] as const) {
      const net = squeezenet(key(8), { share3x3, classes: 10 });
      const filters = (part: string) => [2, 3, 4, 5, 6, 7, 8, 9].map((i) => shapeOf(net, `fire${i}/${part}`)[2] as number);
      assert.deepEqual(filters('expand3x3'), threes);
      assert.deepEqual(filters('expand1x1').map((ones, i) => ones + threes[i]), [128, 128, 256, 256, 384, 384, 512, 512]);
      assert.deepEqual(filters('squeeze1x1'), [16, 16, 32, 32, 48, 48, 64, 64]);
      net.dispose();
    }
  });

  it('refuses what it cannot be, by name', () => {
    assert.throws(() => smallSqueezenet(key(1), { base: '32' as unknown as number }), /base must be a whole number from 1, got/);
    assert.throws(() => smallSqueezenet(key(1), { every: 0 }), /every must be a whole number from 1, got 0/);
    const tensors = tf.memory().numTensors;
    for (const make of [squeezenet, smallSqueezenet, alexnet]) {
      assert.throws(() => make(undefined as unknown as Key), TypeError);
      assert.throws(() => make(key(1), { classes: 2.5 }), /classes must be a whole number from 1, got 2.5/);
    }
    assert.equal(tf.memory().numTensors, tensors);
    for (const make of [squeezenet, smallSqueezenet]) {
      assert.throws(() => make(key(1), { squeezeRatio: 1.5 }), /squeezeRatio must be in \(0, 1\], got 1.5/);
      assert.throws(() => make(key(1), { share3x3: 1 }), /share3x3 must be in \(0, 1\), got 1/);
      assert.throws(() => make(key(1), { squeezeRatio: 0.001 }), /got no squeeze of (128|32) channels/);
      assert.throws(() => make(key(1), { bypass: 'double' as 'simple' }), /bypass must be simple or complex, got/);
    }
  });
});

describe('smallSqueezenet', () => {
  const model = made(() => smallSqueezenet(key(9), { bypass: 'complex' }));

  it('is drawn from its key alone', () => assertDrawnFrom(key(9), model()));

  it('has maps of 32, 16 and 8 pixels, modules of 32, 32, 64 and 64 channels, and normalisation in place of biases but at the bypass and the end', () => {
    assert.deepEqual(['conv1', 'fire2/concat', 'fire3/concat', 'fire4/concat', 'fire5/concat', 'conv6', 'pool6'].map((name) => shapeOf(model(), name)), [[32, 32, 32], [16, 16, 32], [16, 16, 32], [8, 8, 64], [8, 8, 64], [8, 8, 10], [10]]);
    assert.equal(biases(model()), 64 + 10);
    assert.deepEqual(model().layers.filter((layer) => layer.name.endsWith('bypass1x1')).map(({ name }) => name), ['fire4/bypass1x1']);
  });

  it('computes in a program what it does op by op', () => assertCompiledAsOpByOp(model(), 2));
});

describe('alexnet', () => {
  const model = made(() => alexnet(key(10)));
  const of = (name: string) => model().layers.filter((layer) => layer.name.split('/')[0] === name);

  it('has the parameters of Caffe’s, 60,965,224, and twice as many operations as multiplications in each layer (Han et al. 2015, Table 4: 211, 448, 299, 224, 150, 75, 34 and 8 million)', () => {
    assert.equal(model().countParams(), 60_965_224);
    const millions = ['conv1', 'conv2', 'conv3', 'conv4', 'conv5', 'fc6', 'fc7', 'fc8'].map((name) =>
      of(name).reduce((total, layer) => {
        const [kernel] = layer.getWeights();
        const places = kernel ? sizeOf({ shape: layer.outputShape.slice(1) as number[] }) / kernel.shape.at(-1)! : 0;
        return total + (2 * places * (kernel?.size ?? 0)) / 1e6;
      }, 0),
    );
    assert.deepEqual(millions.map(Math.round), [211, 448, 299, 224, 150, 75, 34, 8]);
  });

  it('is drawn from its key alone', () => assertDrawnFrom(key(10), model()));

  it('has groups in conv2, 4 and 5 that see one half of the channels each', () => {
    tf.tidy(() => {
      const x = tf.tensor4d(uniform(key(53), 3 * 3 * 96), [1, 3, 3, 96]);
      const halves = [1, 2].map((group) => model().getLayer(`pool1/half${group}`).apply(x) as tf.Tensor4D);
      assertClose(tf.concat(halves, 3), x);
      const groups = halves.map((half, i) => model().getLayer(`conv2/group${i + 1}`).apply(half) as tf.Tensor4D);
      const [kernels, biases] = [0, 1].map((which) => [1, 2].map((group) => model().getLayer(`conv2/group${group}`).getWeights()[which]));
      const zeros = tf.zeros([5, 5, 48, 128]);
      const whole = tf.concat([tf.concat([kernels[0], zeros], 3), tf.concat([zeros, kernels[1]], 3)], 2) as tf.Tensor4D;
      assertClose(tf.concat(groups, 3), tf.relu(tf.add(tf.conv2d(x, whole, 1, 'same'), tf.concat(biases, 0))));
    });
    const inputsOf = (name: string) => [model().getLayer(name).input].flat().map((tensor) => (tensor as unknown as { sourceLayer: tf.layers.Layer }).sourceLayer.name);
    const path = ['conv2/group1', 'conv2/group2', 'conv4/group1', 'conv4/group2', 'conv5/group1', 'conv5/group2', 'conv5/concat', 'conv3'];
    assert.deepEqual(path.map(inputsOf), [['pool1/half1'], ['pool1/half2'], ['conv3/half1'], ['conv3/half2'], ['conv4/group1'], ['conv4/group2'], ['conv5/group1', 'conv5/group2'], ['pool2']]);
  });

  it('has maps of 55, 27, 13 and 6 pixels', () => {
    assert.deepEqual(['conv1', 'norm1', 'pool1', 'conv2/concat', 'pool2', 'conv3', 'conv5/concat', 'pool5', 'fc6', 'fc8'].map((name) => shapeOf(model(), name)), [[55, 55, 96], [55, 55, 96], [27, 27, 96], [27, 27, 256], [13, 13, 256], [13, 13, 384], [13, 13, 256], [6, 6, 256], [4096], [1000]]);
  });
});
