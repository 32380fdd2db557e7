import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { readLayersModel, writeLayersModel } from '../../src/formats';

describe('readLayersModel', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'layers-'))));
  after(() => rmSync(folder, { recursive: true }));

  it("says what is wrong with others' files", async () => {
    const weight = { name: 'fc/kernel', shape: [2, 1], dtype: 'float32' };
    const manifest = (...weightsManifest: unknown[]) => JSON.stringify({ modelTopology: {}, weightsManifest });
    const waiting = { name: 'a', class_name: 'ReLU', config: { name: 'a' }, inbound_nodes: [[['a', 0, 0]]] };
    const group = (changed: object) => manifest({ paths: [], weights: [{ ...weight, name: 'fc/bias' }, { ...weight, ...changed }] });
    for (const [text, message] of [
      ['text', /must be JSON, got: /],
      [JSON.stringify({ modelTopology: { class_name: 'Model', config: { name: 'm', layers: [waiting] } }, weightsManifest: [] }), /must be a tfjs LayersModel of layers that tfjs has, got: .*layers that wait for each other, 'a' among them/],
      ['null', /must hold modelTopology, an object, and weightsManifest, a list, got null; save a tf\.LayersModel/],
      ['[]', /must hold modelTopology.*, got \[\]/],
      ['{"modelTopology":null,"weightsManifest":[]}', /must hold modelTopology.*, got {"modelTopology":null/],
      ['{"modelTopology":{},"weightsManifest":{}}', /must hold modelTopology.*, got {"modelTopology":{},"weightsManifest":{}}/],
      [manifest(null), /must have paths and weights in each group of its weightsManifest, got null/],
      [manifest({}), /must have paths and weights .*, got {}/],
      [manifest({ paths: [1], weights: [] }), /must have paths and weights .*, got {"paths":\[1\],"weights":\[\]}/],
      [manifest({ paths: [], weights: [null] }), /must give each weight a name, a shape and a dtype out of float32, int32, .*, got null/],
      [group({ name: 7 }), /must give each weight .*, got {"name":7,/],
      [group({ shape: undefined }), /must give each weight .*, got {"name":"fc\/kernel","dtype":"float32"}/],
      [group({ shape: [-1] }), /must give each weight .*"shape":\[-1\]/],
      [group({ dtype: 'string' }), /must give each weight .*"dtype":"string"/],
      [group({ dtype: 'toString' }), /must give each weight .*"dtype":"toString"/],
      [group({ quantization: { dtype: 'uint4' } }), /must give each weight .*"quantization":{"dtype":"uint4"}/],
      [group({ quantization: { dtype: 'uint8', scale: '2', min: 3 } }), /must give each weight .*"scale":"2"/],
      [group({ quantization: { dtype: 'uint8' } }), /must have 10 bytes of weights by its manifest, got 0/],
      [manifest({ paths: ['a.bin', 'a.bin'], weights: [weight] }), /must name each weight and each file of weights once, got a\.bin twice/],
      [manifest({ paths: [], weights: [weight, weight] }), /once, got fc\/kernel twice/],
      [manifest({ paths: ['../weights.bin'], weights: [weight] }), /must name weight files beside it, got \.\.\/weights\.bin/],
      [manifest({ paths: [], weights: [] }), /must be a tfjs LayersModel of layers that tfjs has, got: /],
    ] as const) {
      writeFileSync(join(folder, 'model.json'), text);
      await assert.rejects(readLayersModel(join(folder, 'model.json')), message);
    }
  });

  const bytesOf = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
  const layer = (name: string, units: number, more: object = {}) => ({ class_name: 'Dense', config: { name, units, ...more } });
  const weight = (name: string, ...shape: number[]) => ({ name, shape, dtype: 'float32' });
  async function read(topology: object, weights: object[], values: Uint8Array, more: object = {}) {
    writeFileSync(join(folder, 'weights.bin'), values);
    writeFileSync(join(folder, 'model.json'), JSON.stringify({ modelTopology: topology, weightsManifest: [{ paths: ['weights.bin'], weights }], ...more }));
    return readLayersModel(join(folder, 'model.json'));
  }
  const net = (...layers: object[]) => ({ class_name: 'Sequential', config: { name: 'net', layers: [{ class_name: 'InputLayer', config: { batch_input_shape: [null, 3], dtype: 'float32', sparse: false, name: 'in' } }, ...layers] } });

  it('names a weight without values, and values without a weight', async () => {
    await assert.rejects(read(net(layer('fc', 2)), [weight('fc/kernel', 3, 2)], bytesOf(1, 2, 3, 4, 5, 6)), /got: no values for fc\/bias \[2\]: the manifest does not name it$/);
    await assert.rejects(read(net(layer('fc', 2), layer('out', 1)), [weight('fc/kernel', 3, 2)], bytesOf(1, 2, 3, 4, 5, 6)), /no values for fc\/bias \[2\], out\/kernel \[2, 1\], out\/bias \[1\]: the manifest does not name them$/);
    await assert.rejects(read(net(layer('fc', 2, { use_bias: false })), [weight('fc/kernel', 3, 2), weight('fc/bias', 2)], bytesOf(1, 2, 3, 4, 5, 6, 7, 8)), /values for fc\/bias \[2\], which is no weight of the architecture/);
    await assert.rejects(read(net(layer('fc', 2, { use_bias: false })), [weight('fc/kernel', 2, 3)], bytesOf(1, 2, 3, 4, 5, 6)), /values \[2, 3\] for fc\/kernel, a weight \[3, 2\]/);
  });

  it('puts values past the constraints, and finds names that Keras writes longer', async () => {
    const model = await read(net(layer('fc', 1, { use_bias: false, kernel_constraint: { class_name: 'NonNeg', config: {} } })), [weight('net/fc/kernel', 3, 1)], bytesOf(-1, 2, -3));
    assert.deepEqual([...model.getWeights()[0].dataSync()], [-1, 2, -3]);
  });

  it('says what a graph model is, and what to do', async () => {
    await assert.rejects(read({ node: [], library: {} }, [], new Uint8Array(), { format: 'graph-model' }), /must be a layers model, got a graph model, whose layers are not in the file any more; convert the original again/);
    await assert.rejects(readLayersModel(folder), /must be a file, but is a folder; give its model\.json, /);
    await assert.rejects(readLayersModel(join(folder, 'none.json')), /must be a file that can be read, got: ENOENT/);
  });

  /** As Keras 3.6 writes it. */
  const dtype = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' }, registered_name: null };
  const initializer = { module: 'keras.initializers', class_name: 'GlorotUniform', config: { seed: null }, registered_name: null };
  const keras3 = (config: object, kind = 'Functional') => ({ keras_version: '3.6.0', backend: 'tensorflow', model_config: { class_name: kind, config: { name: 'functional', trainable: true, ...config } } });
  const input = { class_name: 'InputLayer', name: 'in', config: { batch_shape: [null, 3], dtype: 'float32', sparse: false, name: 'in' }, inbound_nodes: [] };
  const dense = (name: string, units: number, from: string[], more: object = {}, kwargs: object = {}) => {
    const tensors = from.map((layer) => ({ class_name: '__keras_tensor__', config: { shape: [null, 3], dtype: 'float32', keras_history: [layer, 0, 0] } }));
    return { module: 'keras.layers', class_name: 'Dense', name, registered_name: null, build_config: { input_shape: [null, 3] }, config: { name, trainable: true, dtype, units, activation: 'relu', use_bias: true, kernel_initializer: initializer, ...more }, inbound_nodes: [{ args: tensors.length > 1 ? [tensors] : tensors, kwargs }] };
  };

  it('reads nets that Keras 3 wrote, functional and sequential', async () => {
    const [kernel, bias] = [[1, -2, 3, 4, -5, 6], [0.5, -100]];
    const weights = [weight('fc/kernel', 3, 2), weight('fc/bias', 2)];
    const functional = await read(keras3({ layers: [input, dense('fc', 2, ['in'])], input_layers: ['in', 0, 0], output_layers: ['fc', 0, 0] }), weights, bytesOf(...kernel, ...bias));
    const sequential = await read(keras3({ layers: [input, dense('fc', 2, ['in'])] }, 'Sequential'), weights.map(({ name, ...more }) => ({ ...more, name: `functional/${name}` })), bytesOf(...kernel, ...bias));
    for (const model of [functional, sequential]) assert.deepEqual([...(model.predict(tf.tensor2d([[1, 2, 3]])) as tf.Tensor).dataSync()], [Math.max(0, 1 + 6 - 15 + 0.5), Math.max(0, -2 + 8 + 18 - 100)]);
    const add = { class_name: 'Add', name: 'add', config: { name: 'add', dtype }, inbound_nodes: dense('x', 1, ['fc', 'other']).inbound_nodes };
    const joined = await read(keras3({ layers: [input, dense('fc', 2, ['in']), dense('other', 2, ['in'], { use_bias: false }), add], input_layers: [['in', 0, 0]], output_layers: [['add', 0, 0]] }), [...weights, weight('other/kernel', 3, 2)], bytesOf(...kernel, ...bias, 1, 1, 1, 1, 1, 1));
    assert.deepEqual([...(joined.predict(tf.tensor2d([[1, 2, 3]])) as tf.Tensor).dataSync()], [6, 6]);
  });

  it('reads nets within nets of Keras 3, each call with its own inputs', async () => {
    const history = (layer: string, call: number) => ({ class_name: '__keras_tensor__', config: { shape: [null, 3], dtype: 'float32', keras_history: [layer, call, 0] } });
    const entry = (name: string) => ({ ...input, name, config: { ...input.config, name } });
    const linear = { activation: 'linear', use_bias: false };
    const inner = { class_name: 'Functional', name: 'inner', config: { name: 'inner', trainable: true, layers: [entry('iin'), dense('d1', 3, ['iin'], linear)], input_layers: ['iin', 0, 0], output_layers: ['d1', 0, 0] }, inbound_nodes: ['a', 'b'].map((from) => ({ args: [history(from, 0)], kwargs: {} })) };
    const last = { ...dense('d2', 3, [], linear), inbound_nodes: [{ args: [history('inner', 1)], kwargs: {} }] };
    const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    const model = await read(keras3({ layers: [entry('a'), entry('b'), inner, last], input_layers: [['a', 0, 0], ['b', 0, 0]], output_layers: [['inner', 1, 0], ['d2', 0, 0]] }), [weight('d1/kernel', 3, 3), weight('d2/kernel', 3, 3)], bytesOf(...identity, ...identity));
    const [first, second] = (model.predict([tf.tensor2d([[1, 1, 1]]), tf.tensor2d([[5, 5, 5]])]) as tf.Tensor[]).map((tensor) => [...tensor.dataSync()]);
    assert.deepEqual([first, second], [[1, 1, 1], [5, 5, 5]]);
  });

  it('says of Keras 3 nets that tfjs cannot hold who made them, and what to do', async () => {
    const call = keras3({ layers: [input, dense('fc', 2, ['in'], {}, { mask: 3 })], input_layers: ['in', 0, 0], output_layers: ['fc', 0, 0] });
    await assert.rejects(read(call, [], new Uint8Array()), /must be a net made by Keras 3 \(3\.6\.0\) of layers that tfjs has, got: a call with arguments besides its inputs, mask; tfjs has the layers and options of Keras 2: save the net by Keras 2/);
    for (const [more, message] of [[{ activation: 'hard_sigmoid' }, /the activation hard_sigmoid, which is another function in Keras 3/]] as const) await assert.rejects(read(keras3({ layers: [input, dense('fc', 2, ['in'], more)], input_layers: ['in', 0, 0], output_layers: ['fc', 0, 0] }), [], new Uint8Array()), message);
    const pooled = { class_name: 'GlobalAveragePooling2D', name: 'fc', config: { name: 'fc', keepdims: true }, inbound_nodes: dense('x', 1, ['in']).inbound_nodes };
    await assert.rejects(read(keras3({ layers: [input, pooled], input_layers: ['in', 0, 0], output_layers: ['fc', 0, 0] }), [], new Uint8Array()), /a layer GlobalAveragePooling2D with keepdims true, which tfjs does not have/);
    const unknown = keras3({ layers: [input, { ...dense('fc', 2, ['in']), class_name: 'GroupNormalization' }], input_layers: ['in', 0, 0], output_layers: ['fc', 0, 0] });
    await assert.rejects(read(unknown, [], new Uint8Array()), /made by Keras 3 .*got: .*Unknown layer: GroupNormalization/);
  });
});

describe('writeLayersModel', () => {
  it('refuses two weights of one name, by which nothing would find them', async () => {
    const half = (name: string) => tf.sequential({ name, layers: [tf.layers.dense({ units: 3, inputShape: [3], name: 'fc' })] });
    const x = tf.input({ shape: [3] });
    const model = tf.model({ inputs: x, outputs: tf.layers.concatenate().apply(['left', 'right'].map((name) => half(name).apply(x) as tf.SymbolicTensor)) as tf.SymbolicTensor });
    await assert.rejects(writeLayersModel(model, '/nowhere'), /writeLayersModel: weights must have names of their own, by which model\.json finds them, got fc\/kernel twice in .*; give the layers of the nets within it names of their own, or keep the net in a packed file/);
  });
});
