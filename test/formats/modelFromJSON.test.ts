import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as tf from '@tensorflow/tfjs';
import { modelFromJSON } from '../../src/formats/modelFromJSON';
import { resnet } from '../../src/models';
import { key } from '../../src/random';

const MOST = { weights: 100, values: 1000 };

type Call = [layer: string, call: number, output: number][];

/** A graph of layers that add or pass on, listed in this order. */
const graph = (layers: Record<string, Call[]>, change = (json: string) => json): Promise<tf.LayersModel> => {
  const config = {
    name: 'graph',
    layers: Object.entries(layers).map(([name, calls]) => ({
      name,
      class_name: name.startsWith('input') ? 'InputLayer' : calls[0].length > 1 ? 'Add' : 'ReLU',
      config: { name, ...(name.startsWith('input') && { batch_input_shape: [null, 2] }) },
      inbound_nodes: calls,
    })),
    input_layers: [['input', 0, 0]],
    output_layers: [['y' in layers ? 'y' : Object.keys(layers).at(-1), 0, 0]],
  };
  return modelFromJSON(change(JSON.stringify({ class_name: 'Functional', config })), MOST);
};

describe('modelFromJSON', () => {
  it('makes what tfjs wrote: branches, nets in nets, layers that are called twice', async () => {
    const inner = tf.sequential({ name: 'inner', layers: [tf.layers.dense({ name: 'twice', units: 3, inputShape: [3] })] });
    const input = tf.input({ shape: [3], name: 'x' });
    const dense = tf.layers.dense({ name: 'self', units: 3 });
    const y = tf.layers.add().apply([dense.apply(dense.apply(input)) as tf.SymbolicTensor, inner.apply(inner.apply(input)) as tf.SymbolicTensor]);
    const nested = tf.model({ inputs: input, outputs: y as tf.SymbolicTensor });
    for (const model of [nested, resnet(key(1), 8)]) {
      const made = await modelFromJSON(JSON.stringify(model.toJSON(null, false)), { weights: model.weights.length, values: model.countParams() });
      assert.deepEqual(made.weights.map(({ originalName, shape }) => [originalName, shape]), model.weights.map(({ originalName, shape }) => [originalName, shape]));
      assert.ok(made.weights.every((weight) => weight.read().dataSync().every((value) => value === 0)));
    }
  });

  it('draws as ever when it is done', async () => {
    await graph({ input: [], a: [[['input', 0, 0]]] });
    await assert.rejects(modelFromJSON('{"class_name":"Nothing","config":{}}', MOST));
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
    assert.ok(model.getWeights()[0].dataSync().every((value) => value !== 0));
  });

  it('refuses layers that wait for each other, for which tfjs would wait for ever', async () => {
    const wait = /the architecture must be a tfjs model's, got: layers that wait for each other/;
    await assert.rejects(graph({ input: [], a: [[['b', 0, 0]]], b: [[['a', 0, 0]]] }), wait);
    await assert.rejects(graph({ input: [], a: [[['a', 0, 0]]] }), wait);
    await assert.rejects(graph({ input: [], a: [[['nobody', 0, 0]]] }), wait);
    await assert.rejects(graph({ input: [], a: [[['input', 1, 0]]] }), wait);
    await assert.rejects(graph({ input: [], a: [[['input', 0, 0], ['b', 0, 0]]], b: [[['a', 0, 0]]] }), wait);
  });

  it('is not deceived by other spellings, names given twice or none', async () => {
    const cycle = { input: [], a: [[['b', 0, 0]] as Call], b: [[['a', 0, 0]] as Call] };
    for (const spelling of ['inboundNodes', 'inbound__nodes', 'inbound_nodes_', 'inbound_Nodes']) await assert.rejects(graph(cycle, (json) => json.replaceAll('inbound_nodes', spelling)), new RegExp(`a key '${spelling}'`));
    await assert.rejects(graph(cycle, (json) => json.replaceAll('"layers"', '"layers_"')), /a key 'layers_'/);
    await assert.rejects(graph(cycle, (json) => json.replace('"inbound_nodes":[[["b",0,0]]]', '"__proto__":{"inbound_nodes":[[["b",0,0]]]}')), /a key '__proto__'/);
    await assert.rejects(graph(cycle, (json) => json.replaceAll('[["b",0,0]]', '["b"]')), /no name of its own or no calls/);
    const line = { input: [], a: [[['input', 0, 0]] as Call], b: [[['a', 0, 0]] as Call] };
    await assert.rejects(graph(line, (json) => json.replace('"config":{"name":"b"', '"config":{"name":"c"')), /no name of its own or no calls, b/);
    await assert.rejects(graph(line, (json) => json.replaceAll('"name":"b"', '"name":"a"')), /no name of its own or no calls, a/);
    await assert.rejects(graph(line, (json) => json.replaceAll('"name":"b"', '"name":null')), /no name of its own or no calls, object/);
  });

  it('takes layers in any order, but not one that takes a million tries, nor ten thousand calls', async () => {
    const chain = (count: number) => Object.fromEntries([['input', []], ...Array.from({ length: count }, (_, i): [string, Call[]] => [i === 0 ? 'y' : `l${i}`, [[[i === count - 1 ? 'input' : `l${i + 1}`, 0, 0]]]])]) as Record<string, Call[]>;
    assert.equal((await graph(chain(100))).layers.length, 101);
    await assert.rejects(graph(chain(2000)), /layers that wait for each other/);
    const wide = Array.from({ length: 10_000 }, (): Call[number] => ['input', 0, 0]);
    await assert.rejects(graph({ input: [], y: [[...wide, ['b', 0, 0]]], b: [[['y', 0, 0]]] }), /more than 10000 calls of layers/);
    // Each net calls the one before twice: 2^20 calls in 400 bytes.
    let net: object = { class_name: 'ReLU', config: { name: 'n0' } };
    for (let depth = 1; depth <= 20; depth++) {
      const name = `n${depth - 1}`;
      const layers = [{ name: 'x', class_name: 'InputLayer', config: { name: 'x' }, inbound_nodes: [] }, { ...net, name, inbound_nodes: [[['x', 0, 0]], [[name, Number(depth > 1), 0]]] }];
      net = { class_name: 'Functional', config: { name: `n${depth}`, layers, input_layers: [['x', 0, 0]], output_layers: [[name, 2, 0]] } };
    }
    await assert.rejects(modelFromJSON(JSON.stringify(net), MOST), /more than 10000 calls of layers/);
  });

  it('fetches nothing, and keeps no states', async () => {
    const dense = { class_name: 'Sequential', config: { name: 'm', layers: [{ class_name: 'Dense', config: { name: 'd', units: 1, batch_input_shape: [null, 1] } }] } };
    let asked = 0;
    const server = createServer((_, response) => void (asked++, response.end('12345678'))).listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const manifest = [{ paths: ['secret'], weights: [{ name: 'd/kernel', shape: [1, 1], dtype: 'float32' }, { name: 'd/bias', shape: [1], dtype: 'float32' }] }];
    try {
      await assert.rejects(modelFromJSON(JSON.stringify({ modelTopology: dense, pathPrefix: `http://127.0.0.1:${port}/`, weightsManifest: manifest }), MOST), /the architecture must be a tfjs model's/);
      assert.equal(asked, 0);
    } finally {
      server.close();
    }
    const rnn = { class_name: 'Sequential', config: { name: 'm', layers: [{ class_name: 'SimpleRNN', config: { name: 'r', units: 1, stateful: true, batch_input_shape: [2 ** 28, 1, 1] } }] } };
    await assert.rejects(modelFromJSON(JSON.stringify(rnn), MOST), /a stateful layer; make it without/);
  });

  it('refuses shapes of many axes, long lists and deep nesting', async () => {
    const relu = (config: object) => modelFromJSON(JSON.stringify({ class_name: 'Sequential', config: { name: 'm', layers: [{ class_name: 'ReLU', config: { name: 'r', ...config } }] } }), MOST);
    const ones = (count: number) => new Array<number>(count).fill(1);
    await assert.rejects(relu({ batch_input_shape: ones(17) }), /a batch_input_shape of 17 axes/);
    await assert.rejects(relu({ inputShape: ones(17) }), /a inputShape of 17 axes/);
    await assert.rejects(relu({ batch_input_shape: [null, 1], more: ones(5000) }), /a list of 5000/);
    await assert.rejects(relu({ batch_input_shape: [null, 1], more: JSON.parse('['.repeat(200) + ']'.repeat(200)) as object }), /more than 100 objects in each other/);
    assert.equal((await relu({ batch_input_shape: [null, 1] })).layers.length, 1);
  });

  it('says little of a long text', async () => {
    await assert.rejects(modelFromJSON(JSON.stringify({ class_name: 'x'.repeat(1e6), config: {} }), MOST), ({ message }: Error) => message.length < 400);
  });
});
