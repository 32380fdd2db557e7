import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { globalThreshold, prune, share } from '../../src/compress';
import { initialize, lenet300 } from '../../src/models';
import { key } from '../../src/random';
import { fit } from '../../src/train';
import { kernels, type Method, parametrize, parametrizeAll, strip, transformsOf } from '../../src/weights';
import { mixedNet, pictures, SHAPE } from '../models/small';
import { allWeights, captureStderr } from '../models/tiny';

const { bidirectional, dense, embedding, flatten, gru, lstm, reshape, rnn, timeDistributed } = tf.layers;
const dense2 = (name: string, inputs: number) => dense({ name, units: 2, inputShape: [inputs] });

/** Two nets in a net, whose layers have the same names. */
const nested = () =>
  initialize(
    tf.sequential({
      name: 'outer',
      layers: [flatten({ inputShape: SHAPE }), dense({ name: 'fc', units: 4 }), tf.sequential({ name: 'left', layers: [dense2('fc', 4)] }), tf.sequential({ name: 'right', layers: [dense2('fc', 2), dense({ name: 'out', units: 3 })] })],
    }),
    key(5),
  );
const recurrent = () =>
  initialize(
    tf.sequential({
      layers: [
        reshape({ inputShape: SHAPE, targetShape: [8, 16] }),
        bidirectional({ name: 'both', layer: lstm({ name: 'lstm', units: 3, returnSequences: true, recurrentInitializer: 'zeros' }), mergeMode: 'concat' }),
        timeDistributed({ name: 'each', layer: dense({ units: 4 }) }),
        rnn({ name: 'rnn', cell: [tf.layers.gruCell({ units: 3, recurrentInitializer: 'zeros' }), tf.layers.simpleRNNCell({ units: 3, recurrentInitializer: 'zeros' })], unroll: true }),
        dense({ name: 'fc', units: 3 }),
      ],
    }),
    key(6),
  );

describe('kernels', () => {
  it('are those of layers, of layers in layers, and of nets in nets, each once and by a name of its own', () => {
    assert.deepEqual(kernels(nested()).map(({ name }) => name), ['fc/kernel', 'left/fc/kernel', 'right/fc/kernel', 'right/out/kernel']);
    assert.deepEqual(kernels(mixedNet()).map(({ name }) => name), ['conv/kernel', 'deep/depthwise_kernel', 'apart/depthwise_kernel', 'apart/pointwise_kernel', 'hidden/kernel', 'fc/kernel']);
    const names = kernels(recurrent()).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(names.map((name) => name.replace(/(lstm|dense)_\w+\//, '$1/')), [
      'both/forward_lstm/kernel', 'both/forward_lstm/recurrent_kernel', 'both/backward_lstm/kernel', 'both/backward_lstm/recurrent_kernel',
      'each/kernel', 'rnn/RNNCell_0/kernel', 'rnn/RNNCell_0/recurrent_kernel', 'rnn/RNNCell_1/kernel', 'rnn/RNNCell_1/recurrent_kernel', 'fc/kernel',
    ].map((name) => (names.includes(name) ? name : name)));
    const words = tf.sequential({ layers: [embedding({ name: 'words', inputDim: 5, outputDim: 4, inputLength: 3 }), gru({ name: 'gru', units: 2, recurrentInitializer: 'zeros' })] });
    assert.deepEqual(kernels(words).map(({ name }) => name), ['words/embeddings', 'gru/kernel', 'gru/recurrent_kernel']);
    const shared = dense({ name: 'one', units: 4, inputShape: [4] });
    assert.equal(kernels(tf.sequential({ layers: [shared, tf.sequential({ name: 'again', layers: [shared] })] })).length, 1);
  });
});

const doubled: Method = () => ({ name: 'double', forward: (w) => tf.mul(w, 2) });

describe('parametrizeAll', () => {
  captureStderr();
  const SPLIT = pictures(key(1), 24);
  const zeros = (kernel: { weight: { read(): tf.Tensor } }) => kernel.weight.read().dataSync<'float32'>().filter((value) => value === 0).length;

  for (const [name, make] of Object.entries({ nested, recurrent })) {
    it(`prunes every kernel of a ${name} net; its masks hold in training, and stripped it keeps its zeros`, async () => {
      const model = make();
      const all = kernels(model);
      const handles = parametrizeAll(model, prune({ density: 0.5 }));
      assert.deepEqual(Object.keys(handles), all.map(({ name }) => name));
      const wanted = all.map(({ weight }) => weight.read().size - Math.round(weight.read().size / 2));
      const before = allWeights(model);
      await fit(model, SPLIT, { key: key(2), epochs: 2, batch: 8, learningRate: 0.1 });
      assert.notDeepEqual(allWeights(model), before);
      assert.deepEqual(all.map(zeros), wanted);
      strip(model);
      assert.deepEqual(all.map(zeros), wanted);
    });
  }

  it('takes names, patterns and a setting for each; the first that matches holds', () => {
    const model = mixedNet();
    const handles = parametrizeAll<ReturnType<Method>>(model, { fc: share({ bits: 2 }), 'apart/pointwise*': prune({ density: 0.2 }), apart: prune({ density: 0.6 }), 'h*n': prune({ density: 0.5 }) });
    assert.deepEqual(Object.fromEntries(Object.entries(handles).map(([name, { transform }]) => [name, transform.name])), {
      'apart/depthwise_kernel': 'prune', 'apart/pointwise_kernel': 'prune', 'hidden/kernel': 'prune', 'fc/kernel': 'share',
    });
    const byName = new Map(kernels(model).map((kernel) => [kernel.name, kernel]));
    assert.equal(zeros(byName.get('apart/pointwise_kernel')!), 12 - Math.round(0.2 * 12));
    assert.equal(zeros(byName.get('apart/depthwise_kernel')!), 16 - Math.round(0.6 * 16));
    assert.deepEqual(Object.keys(parametrizeAll(nested(), { 'right/*': prune({ density: 0.5 }) })), ['right/fc/kernel', 'right/out/kernel']);
    assert.throws(() => parametrizeAll(nested(), { fc1: prune({ density: 0.5 }) }), /parametrizeAll: a pattern must match a layer or a weight, got fc1; there are fc\/kernel, left\/fc\/kernel/);
    assert.throws(() => parametrizeAll(tf.sequential({ layers: [flatten({ inputShape: [2, 2] })] }), prune({ density: 0.5 })), /must have kernels or embeddings, got no weights/);
  });

  it('prunes by one threshold over all layers', () => {
    const model = lenet300(key(1));
    const threshold = globalThreshold(model, { density: 0.1 });
    parametrizeAll(model, prune({ threshold }));
    const kept = kernels(model).map(({ weight }) => weight.read().size - weight.read().dataSync<'float32'>().filter((value) => value === 0).length);
    assert.equal(kept.reduce((sum, count) => sum + count), Math.round(0.1 * 266_200));
    assert.ok(kept[2] / 1000 > 2 * (kept[0] / 235_200), 'a layer of larger weights keeps more of them');
  });

  it('leaves no weight changed when one is refused', () => {
    const model = lenet300(key(1));
    const before = allWeights(model);
    const tensors = tf.memory().numTensors;
    const refused: Method = (value) => (value.size === 1000 ? { name: 'bad', forward: () => tf.zeros([1]) } : { name: 'good', forward: (w) => tf.mul(w, 2) });
    assert.throws(() => parametrizeAll(model, refused), /bad of fc3\/kernel/);
    assert.deepEqual(allWeights(model), before);
    assert.equal(tf.memory().numTensors, tensors);

    parametrizeAll(model, { fc1: prune({ density: 0.5 }) });
    parametrizeAll(model, { fc1: doubled });
    const kept = allWeights(model);
    const half: Method = (value, name) => (value.size === 1000 ? refused(value, name) : prune({ density: 0.1 })(value, name));
    assert.throws(() => parametrizeAll(model, half), /bad of fc3\/kernel/);
    assert.deepEqual(transformsOf(model.getLayer('fc1'), 'kernel').map(({ name }) => name), ['prune', 'double']);
    assert.deepEqual(allWeights(model), kept);
  });
});

describe('a weight', () => {
  it('is named whole where a layer has several of one name', () => {
    const both = recurrent().layers[1];
    assert.throws(() => parametrize(both, 'kernel', prune({ density: 0.5 })), /parametrize: both must have one weight kernel, it has several; name one of forward_lstm\w*\/kernel/);
    const name = both.weights[0].originalName.split('/').slice(1).join('/');
    assert.equal(parametrize(both, name, prune({ density: 0.5 })).transform.name, 'prune');
  });
});
