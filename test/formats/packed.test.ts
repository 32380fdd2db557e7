import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { FormatError, decode, encode, type PackedModel, type PackedTensor } from '../../src/codec';
import { binarize, prune, share } from '../../src/compress';
import { pack, unpack } from '../../src/formats';
import { packLayer } from '../../src/formats/packed';
import { initialize, lenet300 } from '../../src/models';
import { key } from '../../src/random';
import { evaluate, fit } from '../../src/train';
import { parametrize, parametrizeAll, strip } from '../../src/weights';
import { captureStderr, imagesOf, tinyModel, tinySplit } from '../models/tiny';

const SPLIT = tinySplit(key(1), 60);

/** Outputs bit by bit: −0 is not 0. */
const outputs = (model: tf.LayersModel): string => tf.tidy(() => Buffer.from((model.predict(imagesOf(SPLIT)) as tf.Tensor).dataSync().slice().buffer).toString('hex'));

const compressed = (model: tf.Sequential, bits?: number): tf.Sequential => {
  for (const layer of model.layers.filter(({ weights }) => weights.length)) {
    parametrize(layer, 'kernel', prune({ density: 0.3 }));
    if (bits) parametrize(layer, 'kernel', share({ bits }));
  }
  return model;
};

/** All that a configuration may hold which a packed file must bring back. */
const various = () =>
  initialize(
    tf.sequential({
      name: 'various',
      layers: [
        tf.layers.reshape({ inputShape: [12], targetShape: [3, 4] }),
        tf.layers.flatten(),
        tf.layers.dense({ name: 'a', units: 9, activation: 'tanh', useBias: false, kernelInitializer: 'zeros', kernelRegularizer: 'l1l2' }),
        tf.layers.batchNormalization({ name: 'norm', momentum: 0.7, epsilon: 0.25 }),
        tf.layers.dropout({ name: 'drop', rate: 0.3 }),
        tf.layers.leakyReLU({ alpha: 0.05 }),
        tf.layers.dense({ name: 'b', units: 4, activation: 'softmax', trainable: false, kernelConstraint: 'nonNeg' }),
      ],
    }),
    key(9),
  );

const models: Record<string, () => tf.LayersModel | Promise<tf.LayersModel>> = {
  dense: () => tinyModel(key(2)),
  pruned: () => compressed(tinyModel(key(3), { dropout: 0.5 })),
  'pruned and shared': () => compressed(tinyModel(key(4)), 3),
  'shared alone': () => {
    const model = tinyModel(key(5));
    parametrize(model.layers[1], 'kernel', share({ bits: 2 }));
    return model;
  },
  'pruned, shared and trained': async () => {
    const model = compressed(tinyModel(key(6)), 3);
    await fit(model, SPLIT, { key: key(7), epochs: 2, batch: 20 });
    return model;
  },
  folded: async () => {
    const model = compressed(tinyModel(key(6)), 3);
    await fit(model, SPLIT, { key: key(7), epochs: 2, batch: 20 });
    strip(model);
    return model;
  },
  'pruned whole': () => {
    const model = tinyModel(key(8));
    model.layers[0].setWeights([tf.fill([12, 8], -0), tf.zeros([8])]);
    return model;
  },
  various,
};

describe('pack and unpack', () => {
  captureStderr();

  for (const [name, make] of Object.entries(models)) {
    it(`give back a model that predicts the same bits and packs to the same bytes: ${name}`, async () => {
      const model = await make();
      const { bytes } = pack(model);
      const back = await unpack(bytes);
      assert.equal(outputs(back), outputs(model));
      assert.deepEqual(pack(back).bytes, bytes);
      if (model.name === 'tiny') assert.deepEqual(await evaluate(back, SPLIT), await evaluate(model, SPLIT));
    });
  }

  it('pack a parametrized model as its folded one', () => {
    const [free, folded] = [compressed(tinyModel(key(4)), 3), compressed(tinyModel(key(4)), 3)];
    strip(folded);
    assert.deepEqual(pack(free).bytes, pack(folded).bytes);
  });

  it('keep names, activations, biases, rates and frozen layers', async () => {
    const model = various();
    const back = await unpack(pack(model).bytes);
    const facts = (of: tf.LayersModel) =>
      of.layers.map((layer) => {
        const { activation, useBias, rate, momentum, epsilon, alpha, targetShape, trainable } = layer.getConfig();
        return { name: layer.name, class: layer.getClassName(), activation, useBias, rate, momentum, epsilon, alpha, targetShape, trainable, shape: layer.outputShape };
      });
    assert.deepEqual(facts(back), facts(model));
    assert.equal(back.name, 'various');
    assert.deepEqual(back.weights.map(({ originalName }) => originalName), model.weights.map(({ originalName }) => originalName));
    assert.equal(back.trainableWeights.length, model.trainableWeights.length);
  });

  it('give back a model that can be trained on', async () => {
    const back = await unpack(pack(compressed(tinyModel(key(4)), 3)).bytes);
    const history = await fit(back, SPLIT, { key: key(7), epochs: 10, batch: 20, learningRate: 0.05 });
    assert.ok(history[9].loss < 0.5 * history[0].loss);
  });

  it('make a small file: a dense net takes its floats, LeNet-300-100 at 8% and 6 bits less than a thirtieth', async () => {
    const dense = pack(lenet300(key(1))).bytes.length;
    assert.ok(dense > 4 * 266_200 && dense < 4 * 266_200 + 600, `${dense}`); // biases of zero take nothing
    const model = lenet300(key(1));
    for (const layer of model.layers) {
      parametrize(layer, 'kernel', prune({ density: 0.08 }));
      parametrize(layer, 'kernel', share({ bits: 6, start: 'density' }));
    }
    const { bytes, tensors } = pack(model);
    assert.ok(bytes.length < 1_066_440 / 30, `${bytes.length}`);
    assert.deepEqual(tensors.filter(({ clusters }) => clusters).map(({ kept, clusters }) => [kept, clusters]).slice(0, 3), [[18816, 63], [2400, 63], [80, 63]]);
    assert.deepEqual(Buffer.from((await unpack(bytes)).getWeights()[0].dataSync().buffer), Buffer.from(model.getWeights()[0].dataSync().map((value) => value || 0).buffer));
  });

  it('share values wherever that is smaller than floats, also where there are nearly as many values as weights', () => {
    const kindOf = (values: number[]) => {
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 10, inputShape: [values.length / 10], useBias: false })] });
      model.setWeights([tf.tensor2d(values, [values.length / 10, 10])]);
      return decode(pack(model).bytes).tensors[0].kind;
    };
    const values = (kept: number, distinct: number) => Array.from({ length: 500 }, (_, i) => (i < kept ? 1 + (i % distinct) : 0));
    assert.equal(kindOf(values(330, 255)), 'shared'); // LeNet-5's conv1 in the paper: 66% kept, 8 bits
    assert.equal(kindOf(values(500, 500)), 'dense');
    assert.equal(kindOf(values(500, 450)), 'dense');
    assert.equal(kindOf(values(250, 250)), 'shared');
  });

  it('store what is ± one magnitude, or one for each output, as signs of one bit, unless all values are alike', () => {
    const kindOf = (shape: number[], valueOf: (index: number) => number) => {
      const layer = tf.layers.dense({ units: shape[1], inputShape: [shape[0]], useBias: false });
      tf.sequential({ layers: [layer] });
      layer.setWeights([tf.tensor2d(Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => valueOf(i)), [shape[0], shape[1]])]);
      const [tensor] = decode(packLayer(layer).bytes).tensors;
      return tensor.kind === 'signs' ? tensor.scales.length : tensor.kind;
    };
    const side = (index: number) => (index % 3 === 0 ? 1 : -1);
    assert.equal(kindOf([20, 10], side), 0);
    assert.equal(kindOf([20, 10], (i) => 0.3 * side(i)), 1);
    assert.equal(kindOf([20, 10], (i) => (1 + (i % 10)) * side(i)), 10);
    assert.equal(kindOf([20, 10], () => -0.3), 'shared');
    assert.equal(kindOf([20, 10], (i) => (i < 1 ? 0 : side(i))), 'shared');
    assert.equal(kindOf([20, 10], (i) => (1 + (i % 7)) * side(i)), 'shared');
    assert.equal(kindOf([1, 10], (i) => (1 + i) * side(i)), 'dense');
  });

  it('give a binary net back bit by bit, its kernels in a bit a weight', async () => {
    const model = tinyModel(key(4));
    parametrizeAll(model, binarize());
    const { bytes, sections } = pack(model);
    const kernels = decode(bytes).tensors.filter(({ shape }) => shape.length > 1);
    assert.deepEqual(kernels.map(({ kind, shape }) => [kind, shape]), [['signs', [12, 8]], ['signs', [8, 3]]]);
    assert.deepEqual(sections.filter(({ tensor }) => tensor?.endsWith('kernel')).map(({ kind, bytes: taken }) => [kind, taken]), [['header', 5], ['codes', 12], ['header', 5], ['codes', 3]]);
    assert.equal(bytes[3], 2);
    const back = await unpack(bytes);
    assert.equal(outputs(back), outputs(model));
    assert.deepEqual(pack(back).bytes, bytes);
    assert.deepEqual(pack(model, { indexBits: 3 }).bytes, bytes);
  });

  it('write the gaps of kernels at the width asked for', () => {
    const model = compressed(tinyModel(key(4)), 3);
    for (const indexBits of [1, 4, 8]) {
      const widths = pack(model, { indexBits }).tensors.map(({ shape, shared }) => (shape.length > 1 ? shared?.indexBits : undefined));
      assert.deepEqual(widths, [indexBits, undefined, indexBits, undefined]);
    }
  });
});

describe('unpack', () => {
  const { bytes } = pack(tinyModel(key(2)));
  /** The file with something in it changed. */
  const changed = (change: (model: PackedModel) => Partial<PackedModel>): Uint8Array => encode({ ...decode(bytes), ...change(decode(bytes)) }).bytes;

  it('refuses what is no packed file, or not a whole one', async () => {
    await assert.rejects(unpack(new TextEncoder().encode('{"weights": []}')), FormatError);
    await assert.rejects(unpack(new Uint8Array(0)), FormatError);
    for (const length of [4, 100, bytes.length - 1]) await assert.rejects(unpack(bytes.subarray(0, length)), FormatError);
    await assert.rejects(unpack(bytes.map((byte, i) => byte ^ +(i === 200))), FormatError);
  });

  it('refuses tensors that are not those of the architecture', async () => {
    const more = { kind: 'dense' as const, name: 'more', shape: [100], values: new Float32Array(100) };
    const refused = (change: (tensors: PackedTensor[]) => PackedTensor[], message: RegExp) => assert.rejects(unpack(changed(({ tensors }) => ({ tensors: change(tensors) }))), message);
    await refused((tensors) => tensors.slice(1), /unpack: the architecture must be .*, got: weights of more than the 35 numbers that are there \(at byte 4\)/);
    await refused((tensors) => [...tensors, more], /FormatError: unpack: a tensor must be a weight of the architecture, got more \[100\] \(at byte \d{3}\)/);
    await refused((tensors) => [...tensors.slice(1), more], /a weight of the architecture, got more/);
    await refused((tensors) => [...tensors.slice(0, 3), { ...more, name: 'fc2/bias' }], /a weight of the architecture, got fc2\/bias \[100\] for a weight \[3\]/);
    await refused((tensors) => [...tensors.slice(0, 3), { ...tensors[0], shape: [0, 8, 12], values: new Float32Array(0) } as PackedTensor], /weights of more than/);
    await refused((tensors) => tensors.map((tensor) => ({ ...tensor, shape: [...tensor.shape].reverse() })), /got fc1\/kernel \[8, 12\] for a weight \[12, 8\]/);
  });

  it('finds weights by their names, in whatever order they come', async () => {
    const model = tinyModel(key(2));
    assert.equal(outputs(await unpack(changed(({ tensors }) => ({ tensors: [...tensors].reverse() })))), outputs(model));
    const net = various();
    net.trainable = false; // moves weights about in the list of all
    assert.equal(outputs(await unpack(pack(net).bytes)), outputs(net));
  });

  it('says which weight has no tensor', async () => {
    const unbiased = changed(({ architecture, tensors }) => ({ architecture: architecture.replaceAll('"units":8', '"units":7'), tensors: [...tensors] }));
    await assert.rejects(unpack(unbiased), /got fc1\/kernel \[12, 8\] for a weight \[12, 7\]/);
    const empty = { architecture: '{"class_name":"Sequential","config":{"name":"m","layers":[{"class_name":"Dense","config":{"name":"d","units":0,"batch_input_shape":[null,3]}}]}}', tensors: [] };
    await assert.rejects(unpack(encode(empty).bytes), /units|d\/kernel \[3, 0\] must have its tensor/);
  });

  it('gives the weights of the file, whatever constraint the architecture has', async () => {
    const layer = (axis: number) => ({ class_name: 'Dense', config: { name: 'd', units: 1, use_bias: false, batch_input_shape: [null, 2], kernel_constraint: { class_name: 'UnitNorm', config: { axis } } } });
    for (const axis of [0, 99]) {
      const architecture = JSON.stringify({ class_name: 'Sequential', config: { name: 'm', layers: [layer(axis)] } });
      const model = await unpack(encode({ architecture, tensors: [{ kind: 'dense', name: 'd/kernel', shape: [2, 1], values: Float32Array.of(-3, 4) }] }).bytes);
      assert.deepEqual([...model.getWeights()[0].dataSync()], [-3, 4]);
    }
  });

  it('cannot be asked for what it would refuse', () => {
    const model = tf.sequential({ name: 'states', layers: [tf.layers.simpleRNN({ units: 2, stateful: true, batchInputShape: [3, 4, 5] })] });
    assert.throws(() => pack(model), /pack: states must be a net that unpack reads, got a stateful layer; make it without/);
  });

  it('takes no memory for weights that are not there, and draws none', async () => {
    const net = (config: object, kind = 'Dense') => unpack(encode({ architecture: JSON.stringify({ class_name: 'Sequential', config: { name: 'm', layers: [{ class_name: kind, config }] } }), tensors: [] }).bytes);
    const start = performance.now();
    await assert.rejects(net({ name: 'd', units: 1e8, batch_input_shape: [null, 1e4] }), /weights of more than the 0 numbers that are there/);
    await assert.rejects(net({ name: 'd', units: 6000, batch_input_shape: [null, 6000], kernel_initializer: { class_name: 'RandomNormal', config: {} } }), /weights of more than/);
    await assert.rejects(net({ name: 'e', input_dim: 6000, output_dim: 6000, batch_input_shape: [null, 6] }, 'Embedding'), /weights of more than/);
    await assert.rejects(net({ name: 'c', filters: -5, kernel_size: 3, batch_input_shape: [null, 6, 6, 2] }, 'Conv2D'));
    assert.ok(performance.now() - start < 5000);
  });

  it('refuses an architecture that is none', async () => {
    for (const architecture of ['', '{}', '[1]', '{"class_name":"Nothing","config":{}}']) {
      await assert.rejects(unpack(changed(() => ({ architecture }))), /unpack: the architecture must be a tfjs model's, got: /);
    }
  });

  it('leaves no tensor behind when it refuses', async () => {
    const before = tf.memory().numTensors;
    await assert.rejects(unpack(changed(({ tensors }) => ({ tensors: tensors.slice(0, 2) }))));
    await assert.rejects(unpack(changed(({ tensors }) => ({ tensors: tensors.map((tensor) => ({ ...tensor, name: tensor.name.toUpperCase() })) }))));
    assert.equal(tf.memory().numTensors, before);
  });
});
