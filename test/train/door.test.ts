/** What a newcomer's script gives, which no type checker has seen. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import * as lab from '../../src';
import { allWeights, captureStderr, tinyModel, tinySplit } from '../models/tiny';

const { key } = lab;
const SPLIT = tinySplit(key(1), 60);
const GIVEN = { key: key(2), epochs: 2, batch: 20 };

describe('a script that is not type-checked', () => {
  captureStderr();
  const fit = (more: object, split: unknown = SPLIT, model: unknown = tinyModel(key(3))) => lab.fit(model as tf.LayersModel, split as lab.Split, { ...GIVEN, ...more });

  it('is told what fit takes: options by the nearest name, keys, optimisers, losses, rates', async () => {
    const cases: [object, RegExp][] = [
      [{ learning_rate: 0.1 }, /fit: there is no option learning_rate; did you mean learningRate\? The options are batch, loss, /],
      [{ batchSize: 8 }, /there is no option batchSize; write batch\. The options are/],
      [{ validationData: SPLIT }, /there is no option validationData; write validation: a split, such as holdOut\(split, 500, key\(1\)\) gives\./],
      [{ key: 3 }, /fit: the key must be one that key\(seed\) makes, got 3; write key\(3\)/],
      [{ key: undefined }, /fit: the key must be one that key\(seed\) makes, got undefined; write key\(1\)/],
      [{ optimizer: 'adam' }, /fit: the optimizer must be one that sgd\(\.\.\.\) or adam\(\.\.\.\) of squeezelab makes, got 'adam'; write optimizer: adam\(\)/],
      [{ optimizer: tf.train.adam() }, /got an AdamOptimizer; write optimizer: adam\(\)/],
      [{ optimizer: lab.adam }, /got the function adam; write optimizer: adam\(\)/],
      [{ loss: 'categoricalCrossentropy' }, /fit: the loss must be a function \(labels, logits\) => scalar, got 'categoricalCrossentropy'; leave it out for the cross-entropy/],
      [{ epochs: '3' }, /fit: epochs must be a whole number from 1, got '3'/],
      [{ learningRate: '0.1' }, /the learning rate must be a number, or a schedule such as cosine\(0\.1\), got '0\.1'/],
      [{ keep: 'first' }, /fit: keep must be 'last' or 'best', got 'first'/],
    ];
    for (const [more, message] of cases) await assert.rejects(fit(more), message);
    await assert.rejects(lab.fit(tinyModel(key(1)), SPLIT, 3 as never), /fit: the options must be \{ batch, .* \}, got 3/);
    await assert.rejects(lab.evaluate(tinyModel(key(1)), SPLIT, { batches: 3 } as never), /evaluate: there is no option batches; did you mean batch\?/);
    await assert.rejects(lab.distill(tinyModel(key(1)), SPLIT, { ...GIVEN, teacher: tinyModel(key(2)), temprature: 3 } as never), /distill: there is no option temprature; did you mean temperature\?/);
    await assert.rejects(lab.distill(tinyModel(key(1)), SPLIT, { ...GIVEN, teacher: 'big', temperature: 3 } as never), /distill: teacher: the model must be a tf\.LayersModel, got 'big'/);
  });

  it('is told what a split and a model are', async () => {
    await assert.rejects(fit({}, { images: SPLIT.images, labels: SPLIT.labels }), /fit: the images must be a split, as imageSplit\(\{ images, labels, shape \}\), .* are, got \{ images, labels \}/);
    await assert.rejects(fit({}, { train: SPLIT, test: SPLIT }), /got \{ train, test \}; give its train or test/);
    await assert.rejects(fit({}, tf.zeros([3])), /fit: the images must be a split, .*, got a Tensor/);
    await assert.rejects(fit({}, SPLIT, null), /fit: the model must be a tf\.LayersModel, got null/);
    await assert.rejects(fit({}, SPLIT, Promise.resolve(tinyModel(key(1)))), /got a promise; await it/);
    await assert.rejects(fit({}, SPLIT, new tf.GraphModel('x')), /got a GraphModel; a graph model holds no layers/);
    const one = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [12] })] });
    await assert.rejects(fit({}, SPLIT, one), /labels must be from 0 to 0, the outputs of .*, got 2; a net of two classes has two outputs/);
    const wide = lab.imageSplit({ images: new Float32Array(14), labels: [0, 1], shape: [7] });
    await assert.rejects(fit({}, wide), /an image must have 12 values, the input \[12\] of tiny, got 7, of shape \[7\]/);
  });

  it('is told what methods take', () => {
    const model = tinyModel(key(3));
    const cases: [() => unknown, RegExp][] = [
      [() => lab.prune({ sparsity: 0.9 } as never), /prune: the options must be \{ density \}, .*, got \{ sparsity \}; a sparsity s is a density of 1 − s/],
      [() => lab.prune(model as never), /prune: .*, got a Sequential; write parametrizeAll\(model, prune\(\{ density: 0\.1 \}\)\)/],
      [() => lab.prune(undefined as never), /prune: the options must be .* got undefined/],
      [() => lab.share({ bit: 5 } as never), /share: there is no option bit; did you mean bits\?/],
      [() => lab.quantize({ bits: 4, perchannel: true } as never), /quantize: there is no option perchannel; did you mean perChannel\?/],
      [() => lab.parametrize(model.layers[0], 'kernel', { density: 0.1 } as never), /parametrize: the method must be what prune\(\{ density: 0\.1 \}\), .* make, got \{ density \}/],
      [() => lab.parametrize('fc1' as never, 'kernel', lab.prune({ density: 0.1 })), /parametrize: the layer must be one of a model's, model\.getLayer\('fc1'\), got 'fc1'/],
      [() => lab.parametrizeAll(SPLIT as never, lab.prune({ density: 0.1 })), /parametrizeAll: the model must be a tf\.LayersModel, got \{ images/],
      [() => lab.sgd({ momentun: 0.9 } as never), /sgd: there is no option momentun; did you mean momentum\?/],
      [() => lab.cosine({ rate: 0.1 } as never), /cosine: the rate must be a number, such as cosine\(0\.1\), got \{ rate \}/],
      [() => lab.initialize(model, 3 as never), /initialize: the key must be one that key\(seed\) makes, got 3; write key\(3\)/],
      [() => lab.lenet5(1 as never), /the key must be one that key\(seed\) makes, got 1/],
      [() => lab.drawnDigits({ count: 3 } as never), /drawnDigits: there is no option count; the options are train, test, key$/],
      [() => lab.holdOut(SPLIT, 5, 2 as never), /holdOut: the key must be one that key\(seed\) makes, got 2; write key\(2\)/],
      [() => lab.pack(SPLIT as never), /pack: the model must be a tf\.LayersModel/],
      [() => lab.pack(model, { bits: 5 } as never), /pack: there is no option bits; did you mean indexBits\?/],
      [() => lab.figure({ title: 't', x: 'x', y: 'y', trace: [] } as never), /figure: there is no option trace; did you mean traces\?/],
    ];
    for (const [call, message] of cases) assert.throws(call, message);
  });

  it('gets no error of JavaScript\'s own from a function that it knows by a flat name', async () => {
    const garbage: unknown[] = [undefined, null, 3, 'x', {}, [], { a: 1 }];
    const bare = /Cannot (read|destructure|convert)|is not (a function|iterable|defined)|of undefined|Invalid (array|typed)/;
    // Without options they are right calls, and draw thousands of digits.
    const DRAWING = new Set(['drawnDigits', 'digits']);
    for (const [name, fn] of Object.entries(lab)) {
      if (typeof fn !== 'function') continue;
      for (const first of garbage) {
        if (DRAWING.has(name) && (first === undefined || JSON.stringify(first) === '{}')) continue;
        for (const rest of [[], [undefined, undefined], [3, 3], [{}, {}]]) {
          try {
            await (fn as (...given: unknown[]) => unknown)(first, ...rest);
          } catch (error) {
            const { message } = error as Error;
            assert.ok(!bare.test(message) && message.includes(':'), `${name}(${[first, ...rest].map((value) => JSON.stringify(value) ?? 'undefined').join(', ')}): ${message}`);
          }
        }
      }
    }
  });

  it('may give floats: features, and pixels from 0 to 1', async () => {
    const bytes = SPLIT.images;
    const floats = lab.imageSplit({ images: Float32Array.from(bytes, (pixel) => pixel / 255), labels: SPLIT.labels, shape: [12] });
    const [ofBytes, ofFloats] = [tinyModel(key(3)), tinyModel(key(3))];
    await lab.fit(ofBytes, SPLIT, GIVEN);
    await lab.fit(ofFloats, floats, GIVEN);
    assert.deepEqual(allWeights(ofFloats), allWeights(ofBytes));
    assert.deepEqual(await lab.evaluate(ofFloats, floats), await lab.evaluate(ofBytes, SPLIT));
  });
});

describe('a training', () => {
  captureStderr();
  const floats = lab.imageSplit({ images: Float32Array.from(SPLIT.images), labels: SPLIT.labels, shape: [12] });

  it('refuses a validation split of another kind or of other classes, and so does what comes after it', async () => {
    const model = tinyModel(key(3));
    await assert.rejects(lab.fit(model, SPLIT, { ...GIVEN, validation: floats }), /fit: validation: images must be of the training set's kind, bytes, which the net gets divided by 255, got floats/);
    const named = (...classes: string[]) => ({ ...SPLIT, classes });
    await assert.rejects(lab.fit(model, named('a', 'b', 'c'), { ...GIVEN, validation: named('a', 'b', 'd') }), /fit: validation: the classes must be those that the net was trained on, a, b, c, got a, b, d; read both splits with the same list/);
    await lab.fit(model, named('a', 'b', 'c'), GIVEN);
    await assert.rejects(lab.evaluate(model, named('c', 'b', 'a')), /evaluate: the classes must be those that the net was trained on, a, b, c, got c, b, a/);
    assert.equal((await lab.evaluate(model, SPLIT)).count, 60);
    assert.equal((await lab.predict(model, named('x', 'y', 'z'))).length, 180); // of other people's pictures, whose labels do not count
  });

  it('that is not awaited keeps its model from everything but its own hooks', async () => {
    const model = tinyModel(key(3));
    const within: number[] = [];
    const running = lab.fit(model, SPLIT, { ...GIVEN, validation: SPLIT, onEpoch: async () => void within.push((await lab.evaluate(model, SPLIT)).count), onStep: () => void within.push(lab.pack(model).bytes.length > 0 ? 1 : 0) });
    for (const call of [() => lab.pack(model), () => lab.parametrizeAll(model, lab.prune({ density: 0.5 })), () => lab.exportOnnx(model, 'never.onnx')]) assert.throws(call, /: tiny must not be in the middle of a training, but a fit of it is still running; write await fit\(\.\.\.\)/);
    await assert.rejects(lab.fit(model, SPLIT, GIVEN), /fit: tiny must not be in the middle of a training/);
    await assert.rejects(lab.evaluate(model, SPLIT), /evaluate: tiny must not be in the middle/);
    await running;
    assert.deepEqual(within, [1, 1, 1, 60, 1, 1, 1, 60]);
    await assert.rejects(lab.fit(model, SPLIT, { ...GIVEN, onEpoch: () => { throw new Error('mine'); } }), /mine/);
    assert.ok(lab.pack(model).bytes.length > 0);
  });

  it('refuses images whose values would be taken in another order, and outputs that are no classes', async () => {
    const model = lab.initialize(tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 3, 2] }), tf.layers.dense({ units: 3 })] }), key(1));
    await lab.fit(model, { ...SPLIT, shape: [2, 3, 2] }, GIVEN);
    await lab.fit(model, SPLIT, GIVEN); // all in a row
    await assert.rejects(lab.fit(model, { ...SPLIT, shape: [2, 2, 3] }, GIVEN), /fit: images must be of the shape that \S+ takes, \[2,3,2\], got \[2,2,3\]: as many values in another order; images have their channels last/);
    const flat = lab.initialize(tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2, 3, 2] })] }), key(1));
    await assert.rejects(lab.fit(flat, { ...SPLIT, shape: [2, 3, 2] }, GIVEN), /fit: the output of \S+ must be \[batch, classes\], got \[batch,2,3,3\]; put tf\.layers\.flatten\(\) before its last dense layer/);
  });

  it('warns of moving statistics that cannot follow it', async () => {
    const { warn } = console;
    const warnings: string[] = [];
    console.warn = (text: string) => warnings.push(text);
    try {
      const net = (momentum?: number) => lab.initialize(tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [12] }), tf.layers.batchNormalization({ name: 'norm', momentum }), tf.layers.dense({ units: 3 })] }), key(1));
      await lab.fit(net(0.5), SPLIT, GIVEN);
      assert.deepEqual(warnings, []);
      await lab.fit(net(), SPLIT, GIVEN);
      assert.match(warnings[0], /^fit: the moving statistics of norm follow the last 100 steps or so, of which this training has 6, so that evaluate may be far worse than the training; call await recalibrate\(model, split\) after it, or make the layer with \{ momentum: 0\.9 \}$/);
    } finally {
      console.warn = warn;
    }
  });
});

describe("a user's own net", () => {
  const captured = captureStderr();
  const net = (kernelInitializer?: 'glorotUniform') => tf.sequential({ layers: [tf.layers.dense({ inputShape: [12], units: 8, activation: 'relu', kernelInitializer }), tf.layers.dense({ units: 3 })] });

  it('gives the same result for the same keys once its weights are drawn from one', async () => {
    const trained = async () => {
      const model = lab.initialize(net(), key(5));
      await lab.fit(model, SPLIT, GIVEN);
      return allWeights(model);
    };
    assert.deepEqual(await trained(), await trained());
    assert.doesNotMatch(captured.text, /as tfjs drew it/);
  });

  it('is warned of as long as its weights are those that tfjs drew', async () => {
    const warnings: string[] = [];
    const { warn } = console;
    console.warn = (text: string) => warnings.push(text);
    try {
      const model = net('glorotUniform');
      await lab.fit(model, SPLIT, GIVEN);
      assert.match(warnings.join('\n'), /^fit: \S+\/kernel of sequential_\d+ is as tfjs drew it, anew in each run, so that the same keys will not give the same result; draw the weights from a key first: initialize\(model, key\(1\)\)$/);
      const seeded = tf.sequential({ layers: [tf.layers.dense({ inputShape: [12], units: 3, kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }) })] });
      const loaded = net();
      loaded.setWeights(model.getWeights());
      for (const quiet of [model, seeded, loaded]) await lab.fit(quiet, SPLIT, GIVEN);
      assert.equal(warnings.length, 1);
    } finally {
      console.warn = warn;
    }
  });

  it('draws nets within nets, embeddings too, each weight of its own', () => {
    const half = (name: string) => tf.sequential({ name, layers: [tf.layers.dense({ units: 3, inputShape: [3], name: 'fc' })] });
    const x = tf.input({ shape: [2] });
    const embedded = tf.layers.flatten().apply(tf.layers.embedding({ inputDim: 5, outputDim: 3 }).apply(x)) as tf.SymbolicTensor;
    const inner = tf.layers.dense({ units: 3 }).apply(embedded) as tf.SymbolicTensor;
    const model = () => lab.initialize(tf.model({ inputs: x, outputs: tf.layers.concatenate().apply([half('left').apply(inner), half('right').apply(inner)] as tf.SymbolicTensor[]) as tf.SymbolicTensor }), key(1));
    const kernels = lab.kernels(model()).map(({ weight }) => [...weight.read().dataSync()]);
    assert.equal(new Set(kernels.map(String)).size, 4);
    assert.ok(kernels[0].some((value) => value !== 0) && kernels[0].every((value) => Math.abs(value) <= 0.05));
  });
});

describe('a net that ends in softmax', () => {
  captureStderr();
  const fc1 = () => tf.layers.dense({ name: 'fc1', inputShape: [12], units: 8, activation: 'relu' });
  const ends: Record<string, () => tf.LayersModel> = {
    'as its last activation': () => tf.sequential({ layers: [fc1(), tf.layers.dense({ name: 'fc2', units: 3, activation: 'softmax' })] }),
    'as a layer': () => tf.sequential({ layers: [fc1(), tf.layers.dense({ name: 'fc2', units: 3 }), tf.layers.softmax()] }),
    'as an activation layer, before what only passes on': () => tf.sequential({ layers: [fc1(), tf.layers.dense({ name: 'fc2', units: 3 }), tf.layers.activation({ activation: 'softmax' }), tf.layers.reshape({ targetShape: [3] }), tf.layers.dropout({ rate: 0 })] }),
    'in a net within it': () => {
      const x = tf.input({ shape: [12] });
      const inner = tf.sequential({ name: 'inner', layers: [fc1(), tf.layers.dense({ name: 'fc2', units: 3, activation: 'softmax' })] });
      return tf.model({ inputs: x, outputs: inner.apply(x) as tf.SymbolicTensor });
    },
  };

  it('is trained, measured and taught from as the same net without it, and keeps its softmax', async () => {
    const plain = tinyModel(key(3));
    const start = plain.getWeights().map((weight) => weight.clone());
    await lab.fit(plain, SPLIT, GIVEN);
    const [measured, soft, logits] = [await lab.evaluate(plain, SPLIT), await lab.softTargets(plain, SPLIT, 4), await lab.predict(plain, SPLIT)];
    for (const [name, make] of Object.entries(ends)) {
      const model = make();
      model.setWeights(start);
      await lab.fit(model, SPLIT, GIVEN);
      assert.deepEqual(allWeights(model), allWeights(plain), name);
      assert.deepEqual(await lab.evaluate(model, SPLIT), measured, name);
      assert.deepEqual(await lab.softTargets(model, SPLIT, 4), soft, name);
      assert.deepEqual(await lab.predict(model, SPLIT), logits, name);
      const sums = (model.predict(tf.ones([2, 12])) as tf.Tensor).sum(-1).dataSync();
      assert.ok(sums.every((sum: number) => Math.abs(sum - 1) < 1e-6), name);
    }
  });

  it('is refused where the softmax is used in other places, too', async () => {
    const softmax = tf.layers.softmax();
    const x = tf.input({ shape: [12] });
    const inner = tf.layers.dense({ units: 3 }).apply(softmax.apply(x)) as tf.SymbolicTensor;
    const model = tf.model({ inputs: x, outputs: softmax.apply(inner) as tf.SymbolicTensor });
    await assert.rejects(lab.evaluate(model, SPLIT), /must end in logits, or in a softmax that is used once, got softmax\S* 2 times/);
  });

  it('is found by the net\'s own tensors: not in a layer that others use, not one for each place, not one that stands before', async () => {
    const model = tf.sequential({ layers: [fc1(), tf.layers.dense({ units: 3, activation: 'softmax' })] });
    lab.initialize(model, key(4));
    const again = tf.sequential();
    model.layers.forEach((layer) => again.add(layer)); // the same layers in another net
    assert.deepEqual(await lab.evaluate(again, SPLIT), await lab.evaluate(model, SPLIT));
    // One distribution for each of two places, and after it a net of six classes of its own.
    const places = lab.initialize(tf.sequential({ layers: [tf.layers.reshape({ targetShape: [2, 6], inputShape: [12] }), tf.layers.dense({ units: 3, activation: 'softmax' }), tf.layers.flatten()] }), key(4));
    const x = tf.tensor2d(Array.from({ length: 60 }, (_, i) => Array.from(SPLIT.images.subarray(12 * i, 12 * i + 12), (pixel) => pixel / 255)));
    const outputs = (places.predict(x) as tf.Tensor).dataSync();
    (await lab.predict(places, SPLIT)).forEach((value, i) => assert.ok(Math.abs(value - outputs[i]) < 1e-6));
    // A net within a net of two outputs, of which the second is used: its own softmax stands before a linear layer.
    const inside = tf.input({ shape: [12] });
    const soft = tf.layers.dense({ units: 3, activation: 'softmax', name: 'soft' }).apply(inside) as tf.SymbolicTensor;
    const two = tf.model({ inputs: inside, outputs: [soft, tf.layers.dense({ units: 3, name: 'line' }).apply(soft) as tf.SymbolicTensor] });
    const outer = tf.input({ shape: [12] });
    const second = lab.initialize(tf.model({ inputs: outer, outputs: (two.apply(outer) as tf.SymbolicTensor[])[1] }), key(4));
    const plain = (second.predict(x) as tf.Tensor).dataSync();
    (await lab.predict(second, SPLIT)).forEach((value, i) => assert.ok(Math.abs(value - plain[i]) < 1e-6));
    // A net used twice, one softmax within the other.
    const net = tf.sequential({ layers: [tf.layers.dense({ units: 12, inputShape: [12], activation: 'softmax' })] });
    const twice = tf.model({ inputs: outer, outputs: net.apply(net.apply(outer)) as tf.SymbolicTensor });
    await assert.rejects(lab.evaluate(lab.initialize(twice, key(4)), SPLIT), /in a softmax that is used once, got sequential\S* 2 times/);
  });
});
