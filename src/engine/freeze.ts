/** A function of tensors as an ONNX file of its own: its variables' values inside, any batch. */
import type * as tf from '@tensorflow/tfjs';
import { TraceError } from './error';
import type { ELEMENT_TYPE} from './onnx';
import { type Attribute, encodeModel, type Initializer, type Model, type Node, OPSET } from './onnx';
import { type Output, type Trace, trace } from './trace';

/** An input of an ONNX file. */
export interface FrozenInput {
  name: string;
  /** The first length is null where it is the batch's, which may then be any. */
  shape: readonly [number | null, ...number[]];
  /** float32 if left out. */
  dtype?: tf.DataType;
}

/** A function as an ONNX file, and what the file takes and gives. */
export interface Frozen {
  /** The ONNX file. */
  bytes: Uint8Array;
  /** The version of ONNX's operators. */
  opset: number;
  /** Names and shapes; `batch` stands for any length. */
  inputs: { name: string; shape: (number | 'batch')[] }[];
  /** Names and shapes, likewise. */
  outputs: { name: string; shape: (number | 'batch')[] }[];
}

/** Batches that a function is traced with, to see where the batch goes; primes, which are hardly another length. */
const BATCHES = [101, 103, 107];

const VALUES = { int64: BigInt64Array, int32: Int32Array, float32: Float32Array, bool: Uint8Array };
const valuesOf = ({ bytes, type }: Initializer): number[] => Array.from(new VALUES[type](bytes.slice().buffer) as ArrayLike<number | bigint>, Number);

/**
 * The ONNX file of `fn`, which computes from its arguments and variables: their values become the file's weights, under the names that `nameOf` gives. Where an input's first length is null, the file takes any batch; where what is computed
 * depends on the batch's size in another way than by lengths that grow with it, that is refused.
 *
 * @throws TraceError as `compile`, and where a variable is assigned
 */
export function freeze(fn: (...tensors: tf.Tensor[]) => Output, inputs: readonly FrozenInput[], nameOf: (variable: tf.Variable) => string): Frozen {
  const dynamic = inputs.some(({ shape }) => shape[0] === null);
  const traces = (dynamic ? BATCHES : [1]).map((batch) => trace(fn, inputs.map(({ shape, dtype }) => ({ shape: shape.map((length) => length ?? batch), dtype }))));
  const [first] = traces;
  if (first.state.some(({ output }) => output)) throw new TraceError('freeze: a function that is frozen must not assign variables');
  const { nodes, initializers } = dynamic ? withAnyBatch(traces, first.arguments[inputs.findIndex(({ shape }) => shape[0] === null)].name) : first.graph;

  const renamed = new Map<string, string>();
  first.arguments.forEach(({ name }, i) => renamed.set(name, inputs[i].name));
  const taken = new Set(inputs.map(({ name }) => name));
  const fresh = (wanted: string): string => {
    let name = wanted;
    for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
    taken.add(name);
    return name;
  };
  const results = [...first.results].map(([name, result], i) => ({ ...result, name: fresh(name || 'output'), shapes: traces.map(({ results }) => [...results.values()][i].shape) }));
  for (const { output, name } of results) renamed.set(output, name);
  const weights = first.state.filter(({ input }) => input).map(({ variable, input }): Initializer => {
    const values = variable.dataSync() as Float32Array;
    const name = fresh(nameOf(variable));
    renamed.set(input!, name);
    return { name, shape: variable.shape, type: variable.dtype as Initializer['type'], bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
  });

  const described = {
    inputs: inputs.map(({ name, shape }) => ({ name, shape: shape.map((length) => length ?? ('batch' as const)) })),
    outputs: results.map(({ name, shapes }) => ({ name, shape: shapes[0].map((length, axis) => (shapes.every((shape, i) => shape[axis] === BATCHES[i]) && dynamic ? ('batch' as const) : length)) })),
  };
  const info = ({ name, shape }: { name: string; shape: (number | 'batch')[] }, type: keyof typeof ELEMENT_TYPE) => ({ name, shape: [], lengths: shape, type });
  const model: Model = {
    ...used(nodes.map((node) => withNames(node, renamed)), [...weights, ...initializers], described.outputs.map(({ name }) => name)),
    inputs: described.inputs.map((input, i) => info(input, first.arguments[i].dtype)),
    outputs: described.outputs.map((output, i) => info(output, results[i].dtype)),
  };
  return { bytes: encodeModel(model), opset: OPSET, ...described };
}

function withNames(node: Node, renamed: ReadonlyMap<string, string>): Node {
  const named = (names: readonly string[]) => names.map((name) => renamed.get(name) ?? name);
  const attribute = (value: Attribute): Attribute => (typeof value === 'object' && 'graph' in value ? { graph: { ...value.graph, nodes: value.graph.nodes.map((inner) => withNames(inner, renamed)) } } : value);
  return { op: node.op, inputs: named(node.inputs), outputs: named(node.outputs), attributes: Object.fromEntries(Object.entries(node.attributes).map(([name, value]) => [name, attribute(value)])) };
}

/** What the outputs need of a graph. */
function used(nodes: readonly Node[], initializers: readonly Initializer[], outputs: readonly string[]): Pick<Model, 'nodes' | 'initializers'> {
  const needed = new Set(outputs);
  const inner = ({ nodes }: Model): string[] => nodes.flatMap(({ inputs, attributes }) => [...inputs, ...bodies(attributes).flatMap(inner)]);
  const bodies = (attributes: Node['attributes']) => Object.values(attributes).flatMap((value) => (typeof value === 'object' && 'graph' in value ? [value.graph] : []));
  const kept = [...nodes].reverse().filter(({ inputs, outputs, attributes }) => {
    const isNeeded = outputs.some((name) => needed.has(name));
    if (isNeeded) [...inputs, ...bodies(attributes).flatMap(inner)].forEach((name) => needed.add(name));
    return isNeeded;
  });
  return { nodes: kept.reverse(), initializers: initializers.filter(({ name }) => needed.has(name)) };
}

/** One graph for any batch from those of several: what differs in them, lengths in constants, is computed from the batch of `input`. */
function withAnyBatch(traces: readonly Trace[], input: string): Pick<Model, 'nodes' | 'initializers'> {
  const graphs = traces.map(({ graph }) => graph);
  const [first] = graphs;
  const refuse = (what: string): never => {
    throw new TraceError(`freeze: what is computed must be the same for any batch, but for lengths, got ${what}; give the inputs a batch of their own: batchShape`);
  };
  const shape = (node: Node): string => JSON.stringify([node.op, node.inputs, node.outputs, node.attributes], (name, value: unknown) => (name === 'bytes' || name === 'known' ? undefined : value));
  if (graphs.some(({ nodes, initializers }) => nodes.length !== first.nodes.length || initializers.length !== first.initializers.length)) refuse('other operators');
  first.nodes.forEach((node, i) => {
    if (graphs.some(({ nodes }) => shape(nodes[i]) !== shape(node))) refuse(`another ${node.op}`);
  });
  const batch = first.fresh('batch');
  const before: Node[] = [{ op: 'Shape', inputs: [input], outputs: [batch], attributes: { start: 0, end: 1 } }];
  const initializers: Initializer[] = [];
  const constant = (values: readonly number[]): string => {
    const name = first.fresh('c');
    initializers.push({ name, shape: [values.length], type: 'int64', bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) });
    return name;
  };
  /** Makes `name` the lengths that grow with the batch as these do. */
  const lengths = (name: string, all: readonly number[][]): void => {
    const slope = all[0].map((value, i) => (all[1][i] - value) / (BATCHES[1] - BATCHES[0]));
    const start = all[0].map((value, i) => value - slope[i] * BATCHES[0]);
    const fits = all.every((values, k) => values.every((value, i) => value === start[i] + slope[i] * BATCHES[k]));
    if (!fits || ![...slope, ...start].every(Number.isInteger)) refuse(`lengths ${all.map((values) => `[${values.join()}]`).join(', ')} for batches of ${BATCHES.join(', ')}`);
    const grown = first.fresh('t');
    before.push({ op: 'Mul', inputs: [batch, constant(slope)], outputs: [grown], attributes: {} }, { op: 'Add', inputs: [grown, constant(start)], outputs: [name], attributes: {} });
  };
  first.initializers.forEach((own, i) => {
    const all = graphs.map((graph) => graph.initializers[i]);
    if (all.every(({ bytes, shape }) => Buffer.compare(bytes, own.bytes) === 0 && shape.join() === own.shape.join())) initializers.push(own);
    else if (own.type === 'int64' && all.every(({ shape }) => shape.join() === own.shape.join())) {
      const values = all.map(valuesOf);
      const moving = values[0].flatMap((value, at) => (values.some((other) => other[at] !== value) ? [at] : []));
      const users = first.nodes.filter(({ inputs }) => inputs.includes(own.name));
      // A Reshape finds one length by itself.
      const found = moving.length === 1 && values.every((value, k) => value[moving[0]] % BATCHES[k] === 0) && users.every(({ op, inputs }) => op === 'Reshape' && inputs[1] === own.name);
      if (found) initializers.push({ ...own, bytes: new Uint8Array(BigInt64Array.from(values[0], (value, at) => BigInt(at === moving[0] ? -1 : value)).buffer) });
      else lengths(own.name, values);
    } else {
      // The same row for each of the batch.
      const axis = own.shape.findIndex((_, at) => all.every(({ shape }, k) => shape[at] === BATCHES[k]));
      const row = axis === 0 ? own.bytes.slice(0, own.bytes.length / own.shape[0]) : own.bytes;
      const repeats = (bytes: Uint8Array) => Array.from({ length: bytes.length / row.length }, (_, k) => k).every((k) => Buffer.compare(bytes.subarray(k * row.length, (k + 1) * row.length), row) === 0);
      if (axis !== 0 || row.length === 0 || !all.every(({ bytes }) => repeats(bytes))) refuse(`a constant [${own.shape.join()}] of other values`);
      const [name, target] = [first.fresh('c'), first.fresh('t')];
      initializers.push({ ...own, name, shape: [1, ...own.shape.slice(1)], bytes: row });
      lengths(target, all.map(({ shape }) => [...shape]));
      before.push({ op: 'Expand', inputs: [name, target], outputs: [own.name], attributes: {} });
    }
  });
  return { nodes: [...before, ...first.nodes], initializers };
}
