import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { modelFromJSON, resnet } from '../../src/models';
import { key } from '../../src/random';

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
  return modelFromJSON(change(JSON.stringify({ class_name: 'Functional', config })), 100);
};

describe('modelFromJSON', () => {
  it('makes what tfjs wrote: branches, nets in nets, layers that are called twice', async () => {
    const inner = tf.sequential({ name: 'inner', layers: [tf.layers.dense({ name: 'twice', units: 3, inputShape: [3] })] });
    const input = tf.input({ shape: [3], name: 'x' });
    const dense = tf.layers.dense({ name: 'self', units: 3 });
    const y = tf.layers.add().apply([dense.apply(dense.apply(input)) as tf.SymbolicTensor, inner.apply(inner.apply(input)) as tf.SymbolicTensor]);
    const nested = tf.model({ inputs: input, outputs: y as tf.SymbolicTensor });
    for (const model of [nested, resnet(key(1), 8)]) {
      const made = await modelFromJSON(JSON.stringify(model.toJSON(null, false)), model.countParams());
      assert.deepEqual(made.weights.map(({ originalName, shape }) => [originalName, shape]), model.weights.map(({ originalName, shape }) => [originalName, shape]));
      assert.ok(made.weights.every((weight) => weight.read().dataSync().every((value) => value === 0)));
    }
  });

  it('draws as ever when it is done', async () => {
    await graph({ input: [], a: [[['input', 0, 0]]] });
    await assert.rejects(modelFromJSON('{"class_name":"Nothing","config":{}}', 1));
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
    for (const spelling of ['inboundNodes', 'inbound__nodes', 'inbound_nodes_']) await assert.rejects(graph(cycle, (json) => json.replaceAll('inbound_nodes', spelling)), new RegExp(`a key '${spelling}'`));
    await assert.rejects(graph(cycle, (json) => json.replaceAll('"layers"', '"layers_"')), /a key 'layers_'/);
    await assert.rejects(graph(cycle, (json) => json.replaceAll('"inbound_nodes":[[["b",0,0]]]', '"__proto__":{"inbound_nodes":[[["b",0,0]]]}')), /a key 'inbound_nodes'|a key '__proto__'|no name of its own or no calls/);
    await assert.rejects(graph(cycle, (json) => json.replaceAll('[["b",0,0]]', '["b"]')), /no name of its own or no calls/);
    await assert.rejects(graph({ input: [], a: [[['input', 0, 0]]], b: [[['a', 0, 0]]] }, (json) => json.replace('"config":{"name":"b"', '"config":{"name":"c"')), /no name of its own or no calls/);
  });

  it('takes layers in any order, but not one that takes a million tries', async () => {
    const chain = (count: number) => Object.fromEntries([['input', []], ...Array.from({ length: count }, (_, i): [string, Call[]] => [i === 0 ? 'y' : `l${i}`, [[[i === count - 1 ? 'input' : `l${i + 1}`, 0, 0]]]])]) as Record<string, Call[]>;
    assert.equal((await graph(chain(100))).layers.length, 101);
    await assert.rejects(graph(chain(2000)), /layers that wait for each other/);
  });
});
