/** Feeds `unpack` with whole files whose architecture was forged. */
import * as tf from '@tensorflow/tfjs';
import { decode, encode, type Decoded } from '../../src/codec';
import { pack, unpack } from '../../src/formats';
import { initialize } from '../../src/models';
import { fractions, key, type Key } from '../../src/random';
import { fuzzReport, readForged, type FuzzReport } from './report';

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** A chain of many kinds of layers, and a graph with branches and a net inside. */
function originals(): Decoded[] {
  const chain = tf.sequential({
    name: 'chain',
    layers: [
      tf.layers.conv2d({ inputShape: [6, 6, 2], filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' }),
      tf.layers.batchNormalization(),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.separableConv2d({ filters: 4, kernelSize: 2 }),
      tf.layers.reshape({ targetShape: [4, 4] }),
      tf.layers.bidirectional({ layer: tf.layers.lstm({ units: 2 }), mergeMode: 'concat' }),
      tf.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  const inner = tf.sequential({ name: 'inner', layers: [tf.layers.dense({ units: 4, inputShape: [4] }), tf.layers.dropout({ rate: 0.5 })] });
  const input = tf.input({ shape: [4] });
  const twice = tf.layers.dense({ units: 4 });
  const left = inner.apply(twice.apply(input)) as tf.SymbolicTensor;
  const sum = tf.layers.add().apply([left, twice.apply(left) as tf.SymbolicTensor]) as tf.SymbolicTensor;
  const graph = tf.model({ name: 'graph', inputs: input, outputs: tf.layers.dense({ units: 2 }).apply(sum) as tf.SymbolicTensor });
  return [chain, graph].map((model, i) => decode(pack(initialize(model, key(i))).bytes));
}

/** Unpacks `count` files with one to three changes in the architecture, or in its text. */
export async function fuzzArchitectures(count: number, seed: Key): Promise<FuzzReport> {
  const models = originals();
  const next = fractions(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  const report = fuzzReport();
  for (let i = 0; i < count; i++) {
    const { architecture, tensors } = models[below(models.length)];
    let forged = architecture;
    for (let changes = 1 + below(3); changes > 0; changes--) forged = below(10) > 0 ? changedJson(forged, below) : changedText(forged, below);
    const file = encode({ architecture: forged, tensors }).bytes;
    await readForged(report, file, async () => (await unpack(file)).dispose());
  }
  return report;
}

const VALUES: readonly Json[] = [0, -1, 1, 3, 1e9, 2 ** 40, 0.5, null, true, '', 'relu', 'Dense', [], {}, [null, 4]];

/** One place in the JSON is replaced, left out, doubled, or filled with a copy of another; or a key is spelled in another way everywhere; or the net becomes a layer that is called twice. */
function changedJson(text: string, below: (limit: number) => number): string {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    return text;
  }
  const places: { parent: Json[] | { [name: string]: Json }; name: string }[] = [];
  const walk = (value: Json): void => {
    if (value === null || typeof value !== 'object') return;
    for (const [name, child] of Object.entries(value)) {
      places.push({ parent: value, name });
      walk(child);
    }
  };
  walk(json);
  if (places.length === 0) return text;
  const pick = () => places[below(places.length)];
  const { parent, name } = pick();
  const other = pick();
  const action = below(7);
  if (action === 0) (parent as { [name: string]: Json })[name] = VALUES[below(VALUES.length)];
  else if (action === 1) (parent as { [name: string]: Json })[name] = structuredClone((other.parent as { [name: string]: Json })[other.name]);
  else if (action > 3) return JSON.stringify(action === 4 ? nested(json) : respelled(json, name, below));
  else if (Array.isArray(parent)) parent.splice(Number(name), action === 2 ? 1 : 0, ...(action === 2 ? [] : [structuredClone(parent[Number(name)])]));
  else if (action === 2) delete parent[name];
  else parent[below(2) === 0 ? 'layers' : 'name'] = parent[name];
  return JSON.stringify(json);
}

/** A key as tfjs would still take it, or not. */
function respelled(json: Json, name: string, below: (limit: number) => number): Json {
  const key = below(2) === 0 ? name : ['layers', 'inbound_nodes', 'class_name', 'config'][below(4)];
  const other = [key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), key.replace('_', '__'), key.replace(/_(\w)/g, (_, letter: string) => `_${letter.toUpperCase()}`), `${key}_`, '__proto__', 'modelTopology', 'weightsManifest'][below(7)];
  return JSON.parse(JSON.stringify(json).replaceAll(`${JSON.stringify(key)}:`, `${JSON.stringify(other)}:`)) as Json;
}

function nested(net: Json): Json {
  const { class_name: kind = 'Functional', config = {} } = net !== null && typeof net === 'object' && !Array.isArray(net) ? net : {};
  const input = { name: 'x', class_name: 'InputLayer', config: { name: 'x', batch_input_shape: [null, 4] }, inbound_nodes: [] };
  const name = config !== null && typeof config === 'object' && !Array.isArray(config) ? (config.name ?? null) : null;
  const twice = { name, class_name: kind, config, inbound_nodes: [[['x', 0, 0]], [[name, 1, 0]]] };
  return { class_name: 'Functional', config: { name: 'outer', layers: [input, twice], input_layers: [['x', 0, 0]], output_layers: [[name, 2, 0]] } };
}

function changedText(text: string, below: (limit: number) => number): string {
  const at = below(text.length);
  const from = below(text.length);
  return text.slice(0, at) + text.slice(from, from + below(20)) + text.slice(at + below(3));
}
