import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { prune, quantize, share } from '../../src/compress';
import { exportNpy, exportOnnx, exportSafetensors, pack, readNpy, readSafetensors, unpack } from '../../src/formats';
import { initialize, lenet300, lenet5, resnet, squeezenet } from '../../src/models';
import { key, uniform } from '../../src/random';
import { sizeOf } from '../../src/system';
import { kernels, parametrizeAll } from '../../src/weights';
import { allWeights } from '../models/tiny';
import { roughen } from '../models/roughen';

const own = (): tf.LayersModel => {
  const image = tf.input({ shape: [8, 8, 3], name: 'image' });
  const features = tf.input({ shape: [4], name: 'features' });
  const inner = tf.sequential({ name: 'inner', layers: [tf.layers.separableConv2d({ inputShape: [8, 8, 3], filters: 5, kernelSize: 3, activation: 'relu', name: 'sep' }), tf.layers.batchNormalization({ name: 'bn' }), tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast', name: 'pool' })] });
  const both = tf.layers.concatenate().apply([inner.apply(image) as tf.SymbolicTensor, features]) as tf.SymbolicTensor;
  const classes = tf.layers.dense({ units: 3, activation: 'softmax', name: 'classes' }).apply(both) as tf.SymbolicTensor;
  const value = tf.layers.dense({ units: 1, activation: 'tanh', name: 'value' }).apply(both) as tf.SymbolicTensor;
  return initialize(tf.model({ name: 'own', inputs: [image, features], outputs: [classes, value] }), key(3));
};

const words = (): tf.LayersModel =>
  initialize(
    tf.sequential({
      name: 'words',
      layers: [
        tf.layers.embedding({ inputDim: 30, outputDim: 6, inputLength: 7, name: 'embedding' }),
        tf.layers.lstm({ units: 5, returnSequences: true, name: 'lstm' }),
        tf.layers.bidirectional({ layer: tf.layers.gru({ units: 4, name: 'gru' }), mergeMode: 'concat', name: 'both' }),
        tf.layers.dense({ units: 2, name: 'fc' }),
      ],
    }),
    key(4),
  );

const NETS: Record<string, () => tf.LayersModel> = {
  'LeNet-300-100': () => lenet300(key(1)),
  'LeNet-5': () => lenet5(key(1)),
  'ResNet-8': () => resnet(key(1), 8),
  'SqueezeNet 1.1': () => squeezenet(key(1), { version: '1.1', classes: 10 }),
  'an LSTM and a GRU': words,
  "a user's own net of two inputs and outputs": own,
};

const picture = (): tf.LayersModel => {
  const image = tf.input({ shape: [4], name: 'picture' });
  return tf.model({ inputs: image, outputs: tf.layers.dense({ units: 2, name: 'fc' }).apply(image) as tf.SymbolicTensor });
};

describe('exportOnnx', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'squeezelab-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What ONNX Runtime makes of the file, beside what tfjs' own cpu backend makes of the model. */
  async function assertAgrees(model: tf.LayersModel, batches: readonly number[]): Promise<ort.InferenceSession> {
    const file = join(folder, 'model.onnx');
    const written = exportOnnx(model, file);
    assert.ok(readFileSync(file).equals(written.bytes));
    const session = await ort.InferenceSession.create(file);
    assert.deepEqual([session.inputNames, session.outputNames], [written.inputs.map(({ name }) => name), written.outputs.map(({ name }) => name)]);
    for (const batch of batches) {
      const inputs = model.inputs.map(({ shape }, i) => {
        const whole = [batch, ...(shape.slice(1) as number[])];
        const drawn = uniform(key(7 + i), sizeOf(whole));
        return { whole, values: model.name === 'words' ? drawn.map((value) => Math.floor(30 * value)) : drawn };
      });
      const feeds = Object.fromEntries(inputs.map(({ whole, values }, i) => [written.inputs[i].name, new ort.Tensor('float32', values, whole)]));
      const results = await session.run(feeds);
      const predicted = model.predict(inputs.map(({ whole, values }) => tf.tensor(values, whole)));
      const expected = Array.isArray(predicted) ? predicted : [predicted];
      expected.forEach((tensor, i) => {
        const { data, dims } = results[written.outputs[i].name];
        assert.deepEqual(dims, tensor.shape);
        const wanted = tensor.dataSync<'float32'>();
        const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
        wanted.forEach((value, at) => assert.ok(Math.abs(value - (data as Float32Array)[at]) < 1e-4 * scale, `${model.name}, batch ${batch}, ${written.outputs[i].name} ${at}: ${(data as Float32Array)[at]}, expected ${value}`));
      });
      tf.dispose(expected);
    }
    return session;
  }

  for (const [name, make] of Object.entries(NETS)) {
    it(`writes ${name}, and ONNX Runtime computes the same with any batch`, async () => {
      const model = roughen(make());
      await assertAgrees(model, /SqueezeNet/.test(name) ? [2] : [1, 3, 11]);
      model.dispose();
    });
  }

  it('writes every output of a layer that has several, and lengths that are those of the batches tried', async () => {
    const a = tf.input({ shape: [3, 2], name: 'a' });
    const states = initialize(tf.model({ inputs: a, outputs: tf.layers.lstm({ units: 4, returnState: true, name: 'lstm' }).apply(a) as tf.SymbolicTensor[] }), key(1));
    await assertAgrees(states, [1, 4]);
    assert.deepEqual(exportOnnx(states, join(folder, 'x.onnx')).outputs.map(({ name }) => name), ['lstm', 'lstm_1', 'lstm_2']);
    await assertAgrees(initialize(tf.sequential({ layers: [tf.layers.dense({ inputShape: [103], units: 101, activation: 'relu' }), tf.layers.dense({ units: 2 })] }), key(1)), [1, 101, 103]);
  });

  it('leaves a net with dropout in its cells as it was, and no tensors', () => {
    const model = initialize(tf.sequential({ layers: [tf.layers.rnn({ inputShape: [5, 4], cell: tf.layers.gruCell({ units: 3, dropout: 0.3, recurrentDropout: 0.2 }) })] }), key(1));
    const before = (model.predict(tf.ones([2, 5, 4])) as tf.Tensor).dataSync();
    exportOnnx(model, join(folder, 'x.onnx')); // and disposes of the masks of the last prediction
    const tensors = tf.memory().numTensors;
    exportOnnx(model, join(folder, 'x.onnx'));
    assert.equal(tf.memory().numTensors, tensors);
    assert.deepEqual((model.predict(tf.ones([2, 5, 4])) as tf.Tensor).dataSync(), before);
  });

  it('bakes transforms in, and leaves the model as it was', async () => {
    const model = roughen(lenet300(key(1)));
    parametrizeAll(model, prune({ density: 0.2 }));
    parametrizeAll(model, { fc1: share({ bits: 3 }), fc2: quantize({ bits: 4 }) });
    const before = allWeights(model);
    const tensors = tf.memory().numTensors;
    const written = exportOnnx(model, join(folder, 'x.onnx'));
    assert.equal(tf.memory().numTensors, tensors);
    assert.deepEqual(allWeights(model), before);
    const session = await assertAgrees(model, [2]);
    assert.ok(session);
    assert.deepEqual([written.opset, written.inputs, written.outputs], [18, [{ name: 'fc1_input', shape: ['batch', 784] }], [{ name: 'fc3', shape: ['batch', 10] }]]);
    const text = Buffer.from(written.bytes).toString('latin1');
    for (const { name } of kernels(model)) assert.ok(text.includes(name), name);
  });

  it('has the same weights as the safetensors and NumPy files', () => {
    const model = roughen(lenet300(key(1)));
    parametrizeAll(model, prune({ density: 0.2 }));
    exportSafetensors(model, join(folder, 'x.safetensors'));
    exportNpy(model, join(folder, 'npy'));
    const tensors = readSafetensors(new Uint8Array(readFileSync(join(folder, 'x.safetensors'))));
    assert.deepEqual([...tensors.keys()].sort(), model.weights.map(({ originalName }) => originalName).sort());
    model.getWeights().forEach((value, i) => {
      const { originalName: name } = model.weights[i];
      const expected = { shape: value.shape, values: value.dataSync() };
      assert.deepEqual(tensors.get(name), expected);
      assert.deepEqual(readNpy(new Uint8Array(readFileSync(join(folder, 'npy', `${name.replace('/', '.')}.npy`)))), expected);
    });
  });

  it('names the input alike, whenever the model is read', async () => {
    const { bytes } = pack(initialize(picture(), key(1)));
    const names = [];
    for (let i = 0; i < 2; i++) names.push(exportOnnx(await unpack(bytes), join(folder, 'x.onnx')).inputs[0].name);
    assert.deepEqual(names, ['picture', 'picture']);
  });

  it('keeps a batch that the model fixes', async () => {
    const model = initialize(tf.sequential({ layers: [tf.layers.dense({ units: 2, batchInputShape: [4, 3] })] }), key(1));
    assert.deepEqual(exportOnnx(model, join(folder, 'x.onnx')).inputs[0].shape, [4, 3]);
    await assertAgrees(model, [4]);
  });

  it('refuses what has no file, and says why', () => {
    const open = tf.sequential({ layers: [tf.layers.lstm({ units: 2, inputShape: [null, 3] })] });
    assert.throws(() => exportOnnx(open, join(folder, 'x.onnx')), /exportOnnx: the input \S+ of \S+ must be of a known shape but for the batch, got \[\?,\?,3\]/);
    assert.throws(() => exportOnnx('model' as never, 'x.onnx'), /exportOnnx: the model must be a tf\.LayersModel, got 'model'/);
    assert.throws(() => exportOnnx(open, undefined as never), /exportOnnx: the target must be the name of a file or folder, got undefined/);
    const stateful = tf.sequential({ layers: [tf.layers.lstm({ units: 2, batchInputShape: [1, 3, 3], stateful: true, name: 'lstm' })] });
    assert.throws(() => exportOnnx(stateful, join(folder, 'x.onnx')), /exportOnnx: .* lstm \(LSTM\) is stateful/);
    const three = initialize(tf.sequential({ layers: [tf.layers.conv3d({ filters: 1, kernelSize: 1, inputShape: [2, 2, 2, 1] })] }), key(1));
    assert.throws(() => exportOnnx(three, join(folder, 'x.onnx')), /the tfjs kernel Conv3D has no lowering yet/);
  });
});
