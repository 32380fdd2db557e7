import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prune, share } from '../../src/compress';
import { batchOrder } from '../../src/data';
import { foldIn, key } from '../../src/random';
import { adam, crossEntropy, evaluate, fit, sgd } from '../../src/train';
import { layersOf } from '../../src/train/calls';
import { Draws } from '../../src/train/draws';
import type { BatchNormalization } from '../../src/train/normalization';
import { parametrize, transformsOf } from '../../src/weights';
import { trainable } from '../../src/weights/model';
import { batchOf, head, logitsOf, mixedNet, net, pictures, SHAPE, through } from '../models/small';
import { allWeights, captureStderr } from '../models/tiny';

const SPLIT = pictures(key(1), 13);
const OPTIONS = { key: key(2), epochs: 2, batch: 6, learningRate: 0.05 };

const valuesByName = (model: tf.LayersModel) => new Map(model.weights.map((weight) => [weight.originalName.replace(/_[A-Z]\w*\d+\//, '/'), weight.read().dataSync<'float32'>()]));

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.equal(actual.length, expected.length, what);
  Array.from(expected).forEach((value, i) => assert.ok(Math.abs(actual[i] - value) < 2e-5 * Math.max(1, Math.abs(value)), `${what} ${i}: ${actual[i]}, expected ${value}`));
}

/** What `fit` leaves after few steps: the moving statistics without what is left of the first ones, a mean of 0 and a variance of 1. */
function correct({ movingMean, movingVariance, momentum, inboundNodes }: BatchNormalization, steps: number, values: Map<string, Float32Array>): void {
  const left = momentum ** (steps * inboundNodes.length);
  for (const [{ originalName }, first] of [[movingMean, 0], [movingVariance, 1]] as const) {
    const name = originalName.replace(/_[A-Z]\w*\d+\//, '/');
    values.set(name, values.get(name)!.map((value) => (value - left * first) / (1 - left)));
  }
}

/** Trains `model` by `fit`, and `twin` step by step with tfjs' own layers, of which the weights that `model` has are trained; the same must come out. */
async function assertTrainsAsOpByOp(model: tf.LayersModel, twin: tf.LayersModel): Promise<void> {
  const before = allWeights(model);
  const history = await fit(model, SPLIT, { ...OPTIONS, optimizer: sgd({ momentum: 0.9 }) });
  assert.notDeepEqual(allWeights(model), before);

  const known = valuesByName(model);
  const weights = trainable(twin).filter((_, i) => known.has(twin.trainableWeights[i].originalName.replace(/_[A-Z]\w*\d+\//, '/')));
  const updater = sgd({ momentum: 0.9 }).create(weights);
  const dropout = new Draws(twin, OPTIONS.batch);
  const losses: number[] = [];
  for (let epoch = 0; epoch < OPTIONS.epochs; epoch++) {
    for (const indices of batchOrder(foldIn(foldIn(OPTIONS.key, 'order'), epoch), SPLIT.count, OPTIONS.batch)) {
      const { x, y } = batchOf(SPLIT, indices);
      const masks = dropout.draw([foldIn(foldIn(OPTIONS.key, 'dropout'), losses.length)]).map((mask, i) => tf.tensor(mask, [...dropout.specs[i].shape], 'bool'));
      const { value, grads } = tf.variableGrads(() => dropout.apply(masks, () => crossEntropy(y, twin.apply(x, { training: true }) as tf.Tensor)), weights);
      updater.update(weights.map(({ name }) => grads[name]), weights.map(() => tf.scalar(OPTIONS.learningRate)));
      losses.push(value.dataSync()[0]);
    }
  }
  const expected = valuesByName(twin);
  for (const layer of layersOf(twin).filter((layer) => layer.getClassName() === 'BatchNormalization')) correct(layer as BatchNormalization, losses.length, expected);
  for (const [name, values] of known) assertClose(values, expected.get(name)!, name);
  assertClose(history.map(({ loss }) => loss), [(losses[0] + losses[1]) / 2, (losses[2] + losses[3]) / 2], 'loss');
}

const { batchNormalization, conv2d, dense, flatten, layerNormalization, lstm, permute, prelu, reLU, reshape, zeroPadding2d } = tf.layers;

/** What else a model may be made of. Unnamed layers are drawn by their place, so twins are alike. */
const NETS: Record<string, (images: tf.SymbolicTensor) => tf.SymbolicTensor> = {
  'batch normalisation of rows': (x) => head(through(x, flatten(), dense({ units: 5 }), batchNormalization({ axis: 1 }))),
  'batch normalisation of sequences': (x) => head(through(x, reshape({ targetShape: [16, 8] }), tf.layers.conv1d({ filters: 4, kernelSize: 3 }), batchNormalization())),
  'batch normalisation of the first axis, moved to the end': (x) => head(through(x, permute({ dims: [3, 1, 2] }), permute({ dims: [2, 3, 1] }), batchNormalization(), permute({ dims: [3, 1, 2] }))),
  'one batch normalisation used twice': (x) => {
    const shared = batchNormalization({ momentum: 0.5 });
    return head(through(x, shared, conv2d({ filters: 2, kernelSize: 3, padding: 'same' }), shared));
  },
  'one convolution used twice': (x) => {
    const shared = conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: 'same', activation: 'tanh' });
    return head(through(x, shared, shared));
  },
  'a model within it, with normalisation and dropout': (x) =>
    head(through(x, tf.sequential({ layers: [conv2d({ inputShape: SHAPE, filters: 3, kernelSize: 3, strides: 2 }), batchNormalization(), tf.layers.dropout({ rate: 0.4 })] }), reLU())),
  'dropout of whole channels': (x) => head(through(x, tf.layers.dropout({ rate: 0.5, noiseShape: [OPTIONS.batch, 1, 1, 2] }), reshape({ targetShape: [8, 16] }), tf.layers.spatialDropout1d({ rate: 0.5 }))),
  'a transposed convolution, padding, the largest of each map, slopes': (x) =>
    head(through(x, zeroPadding2d({ padding: 1 }), tf.layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2 }), prelu(), tf.layers.globalMaxPooling2d({ dataFormat: 'channelsLast' }))),
  'recurrence and normalisation of layers': (x) => head(through(x, reshape({ targetShape: [8, 16] }), lstm({ units: 3 }), layerNormalization())),
};

describe('a model of tf.layers, trained', () => {
  captureStderr();

  it('takes the steps that tfjs takes op by op, statistics included: convolutions, normalisation, pooling, paths, dropout', () => assertTrainsAsOpByOp(mixedNet(), mixedNet()));

  for (const [name, make] of Object.entries(NETS)) {
    it(`takes the steps that tfjs takes op by op: ${name}`, () => assertTrainsAsOpByOp(net(make), net(make)));
  }

  for (const without of ['scale', 'center']) {
    it(`takes them with batch normalisation without ${without}, where tfjs throws: as with one that is not trained`, async () => {
      const norm = (options: object, name: string) => batchNormalization({ ...options, name, momentum: 0.5 });
      const inner = (options: object) => tf.sequential({ name: 'inner', layers: [conv2d({ name: 'conv', inputShape: SHAPE, filters: 3, kernelSize: 3 }), norm(options, 'within')] });
      const make = (options: object) => net((x) => head(through(x, inner(options), reLU(), norm(options, 'outside'))));
      await assertTrainsAsOpByOp(make({ [without]: false }), make({}));
    });
  }

  it('learns, and evaluates to what predict gives op by op', async () => {
    const [model, split, test] = [mixedNet(), pictures(key(3), 60), pictures(key(4), 31)];
    const history = await fit(model, split, { key: key(5), epochs: 15, batch: 20, optimizer: adam(), learningRate: 0.02, validation: test });
    assert.ok(history[14].loss < 0.5 * history[0].loss, `${history[0].loss} to ${history[14].loss}`);
    const found = await evaluate(model, test, { batch: 8 });
    assert.ok(found.errors <= 3, `${found.errors} errors`);
    const logits = logitsOf(model, test);
    let [loss, errors] = [0, 0];
    test.labels.forEach((label, i) => {
      const scores = [...logits.subarray(3 * i, 3 * i + 3)];
      loss += Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[label];
      errors += +(scores.indexOf(Math.max(...scores)) !== label);
    });
    assert.equal(found.errors, errors);
    assertClose([found.loss], [loss / 31], 'loss');
    assertClose([history[14].validation!.loss], [loss / 31], 'validation');
  });

  it('has its weights read and written between trainings and before evaluation', async () => {
    const [model, twin, start] = [mixedNet(), mixedNet(key(8)), allWeights(mixedNet())];
    await fit(model, SPLIT, OPTIONS);
    const trained = model.layers.map((layer) => layer.getWeights().map((weight) => weight.clone()));
    assert.ok(model.layers.every((layer, i) => layer.weights.length === 0 || trained[i].length > 0));
    twin.layers.forEach((layer, i) => layer.setWeights(trained[i]));
    assert.deepEqual(allWeights(twin), allWeights(model));
    assert.deepEqual(await evaluate(twin, SPLIT), await evaluate(model, SPLIT));

    const next = { ...OPTIONS, key: key(9) };
    assert.deepEqual(await fit(twin, SPLIT, next), await fit(model, SPLIT, next));
    assert.deepEqual(allWeights(twin), allWeights(model));
    assert.notDeepEqual(allWeights(model), start);

    model.layers.forEach((layer, i) => layer.setWeights(trained[i]));
    assert.deepEqual(await fit(model, SPLIT, next), await fit(mixedWith(trained), SPLIT, next));
    model.setWeights(model.getWeights().map((weight) => tf.zerosLike(weight)));
    assert.ok(Math.abs((await evaluate(model, SPLIT)).loss - Math.log(3)) < 1e-6);
  });

  it('prints its summary', () => {
    const lines: string[] = [];
    mixedNet().summary(undefined, undefined, (line: string) => void lines.push(line));
    const text = lines.join('\n');
    for (const name of mixedNet().layers.map((layer) => layer.name)) assert.ok(text.includes(name), name);
    assert.match(text, new RegExp(`Total params: ${mixedNet().countParams()}`));
  });
});

function mixedWith(weights: tf.Tensor[][]): tf.LayersModel {
  const model = mixedNet(key(10));
  model.layers.forEach((layer, i) => layer.setWeights(weights[i]));
  return model;
}

describe('a model of tf.layers, saved and loaded', () => {
  captureStderr();

  async function loaded(model: tf.LayersModel): Promise<tf.LayersModel> {
    let artifacts: tf.io.ModelArtifacts | undefined;
    await model.save(tf.io.withSaveHandler((given) => ((artifacts = given), Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } }))));
    return tf.loadLayersModel(tf.io.fromMemory(artifacts!));
  }

  it('predicts the same bits, and is trained on alike', async () => {
    const model = mixedNet();
    await fit(model, SPLIT, OPTIONS);
    const back = await loaded(model);
    assert.deepEqual(logitsOf(back, SPLIT), logitsOf(model, SPLIT));
    assert.deepEqual(back.weights.map(({ originalName }) => originalName), model.weights.map(({ originalName }) => originalName));
    assert.deepEqual(await fit(back, SPLIT, OPTIONS), await fit(model, SPLIT, OPTIONS));
    assert.deepEqual(allWeights(back), allWeights(model));
  });

  it('has the effective values of parametrized layers as plain weights', async () => {
    const model = mixedNet();
    parametrize(model.getLayer('conv'), 'kernel', prune({ density: 0.5 }));
    parametrize(model.getLayer('conv'), 'kernel', share({ bits: 2 }));
    parametrize(model.getLayer('deep'), 'depthwise_kernel', prune({ density: 0.5 }));
    await fit(model, SPLIT, OPTIONS);
    const back = await loaded(model);
    assert.deepEqual(allWeights(back), allWeights(model));
    assert.deepEqual(logitsOf(back, SPLIT), logitsOf(model, SPLIT));
    assert.deepEqual([transformsOf(back.getLayer('conv'), 'kernel'), transformsOf(back.getLayer('deep'), 'depthwise_kernel')], [[], []]);
    const zeros = () => back.getLayer('conv').getWeights()[0].dataSync().filter((value) => value === 0).length;
    assert.equal(zeros(), 36);
    await fit(back, SPLIT, OPTIONS);
    assert.equal(zeros(), 0);
  });
});

class Drawing extends tf.layers.Layer {
  static readonly className = 'Drawing';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    return tf.add(x, tf.randomNormal(x.shape));
  }
}

describe('dropout', () => {
  it('has one mask for each part that units share, in the shape that the layer gives', () => {
    const model = net(NETS['dropout of whole channels']);
    assert.deepEqual(new Draws(model, OPTIONS.batch).specs.map(({ shape }) => shape), [[6, 1, 1, 2], [6, 1, 16]]);
  });

  it('leaves Math.random as it was', () => {
    const model = net((x) => head(through(x, tf.layers.reLU())));
    new Draws(model, 1).apply([], () => model.apply(tf.zeros([1, ...SHAPE]), { training: true }));
    assert.ok(Math.random() < 1);
  });
});

describe('a model that fit cannot train', () => {
  captureStderr();

  const twice = tf.sequential({ name: 'twice', layers: [tf.layers.dropout({ name: 'drop', inputShape: SHAPE, rate: 0.5 })] });
  const random = /fit: a layer must not draw random numbers while it is trained, for no key decides them, got one \(\w+\); take it out, or use tf\.layers\.dropout, whose masks come from the key/;
  const refused: Record<string, [(x: tf.SymbolicTensor) => tf.SymbolicTensor, RegExp]> = {
    'batch normalisation of another axis': [
      (x) => through(x, batchNormalization({ name: 'one', axis: 1 })),
      /fit: batch normalisation must be of the last axis, got axis 1 of \[6,8,8,2\] in one; put tf\.layers\.permute before and after it/,
    ],
    'noise': [(x) => through(x, tf.layers.gaussianNoise({ name: 'one', stddev: 0.1 })), random],
    'Gaussian dropout': [(x) => through(x, tf.layers.gaussianDropout({ name: 'one', rate: 0.1 })), random],
    'alpha dropout': [(x) => through(x, tf.layers.alphaDropout({ name: 'one', rate: 0.1 })), random],
    'recurrence with dropout': [(x) => through(x, reshape({ targetShape: [8, 16] }), lstm({ name: 'one', units: 2, dropout: 0.5 })), random],
    'a dropout in a wrapper': [(x) => through(x, tf.layers.timeDistributed({ name: 'one', layer: tf.layers.dropout({ rate: 0.5 }) })), random],
    "a layer of one's own that draws": [(x) => through(x, new Drawing({ name: 'one' })), random],
    'a dropout that leaves nothing': [(x) => through(x, tf.layers.dropout({ name: 'one', rate: 1 })), /fit: the rate of the dropout layer one must be below 1, got 1/],
    'one dropout used twice': [
      (x) => {
        const drop = tf.layers.dropout({ name: 'one', rate: 0.5 });
        return through(x, drop, drop);
      },
      /fit: the layer one, which draws, must be used once, got 2 uses; give each place a layer of its own/,
    ],
    'one model with dropout used twice': [(x) => through(x, twice, twice), /fit: the layer drop, which draws, must be used once, got 2 uses/],
    'a kernel without a lowering': [(x) => through(x, reshape({ targetShape: [4, 4, 4, 2] }), tf.layers.conv3d({ filters: 1, kernelSize: 2 })), /compile: the tfjs kernel Conv3D has no lowering yet/],
  };
  for (const [name, [make, message]] of Object.entries(refused)) {
    it(`is refused, by name, and left as it was: ${name}`, async () => {
      const model = net((x) => head(make(x)));
      const before = allWeights(model);
      await assert.rejects(fit(model, SPLIT, { ...OPTIONS, optimizer: sgd() }), message);
      assert.deepEqual(allWeights(model), before);
      assert.deepEqual([...model.layers, ...twice.layers].filter((layer) => Object.hasOwn(layer, 'call')), []);
      assert.ok(Math.random() < 1);
    });
  }
});
