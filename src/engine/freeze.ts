/** A function of tensors as an ONNX file of its own: its variables' values inside, any batch. */
import type * as tf from '@tensorflow/tfjs';
import { TraceError } from './error';
import { type Attribute, type ElementType, encodeModel, type Initializer, type Model, type Node, OPSET } from './onnx';
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
  inputs: { name: string; shape: (number | string)[] }[];
  /** Names and shapes, likewise. */
  outputs: { name: string; shape: (number | string)[] }[];
}

/** A function as a graph with its variables' values inside, and what it takes and gives. */
export interface FrozenGraph extends Pick<Frozen, 'inputs' | 'outputs'> {
  graph: Model;
}

export const encode = ({ graph, inputs, outputs }: FrozenGraph): Frozen => ({ bytes: encodeModel(graph), opset: OPSET, inputs, outputs });

/** Batches that a function is traced with, to see where the batch goes: primes, which are hardly another length; where one is, others. Small and even ones show what else depends on the batch. */
const CHOICES = [
  [101, 103, 107, 2],
  [211, 223, 227, 4],
  [1009, 1013, 1019, 6],
];

const VALUES = { int64: BigInt64Array, int32: Int32Array, float32: Float32Array, uint8: Uint8Array, int8: Int8Array, bool: Uint8Array };
const valuesOf = ({ bytes, type }: Initializer): number[] => Array.from(new VALUES[type](bytes.slice().buffer) as ArrayLike<number | bigint>, Number);

/**
 * The graph of `fn`, which computes from its arguments and variables: their values become its weights, under the names that `nameOf` gives. Where an input's first length is null, it takes any batch; where what is computed
 * depends on the batch's size in another way than by lengths that grow with it, that is refused.
 *
 * @throws TraceError as `compile`, and where a variable is assigned
 */
export function freeze(fn: (...tensors: tf.Tensor[]) => Output, inputs: readonly FrozenInput[], nameOf: (variable: tf.Variable) => string, outputNames?: readonly string[]): FrozenGraph {
  const of = (batch: number) => trace(fn, inputs.map(({ shape, dtype }) => ({ shape: shape.map((length) => length ?? batch), dtype })));
  if (inputs.every(({ shape }) => shape[0] !== null)) return frozen([of(1)], [1], inputs, nameOf, outputNames);
  for (const [choice, batches] of CHOICES.entries()) {
    try {
      return frozen(batches.map(of), batches, inputs, nameOf, outputNames);
    } catch (error) {
      if (!(error instanceof OtherForBatch) || choice === CHOICES.length - 1) throw error;
    }
  }
  throw new Error('freeze: there must be batches to try');
}

/** What is computed depends on the batch's size, or one of the batches tried is a length of the net's own. */
class OtherForBatch extends TraceError {}

function frozen(traces: readonly Trace[], batches: readonly number[], inputs: readonly FrozenInput[], nameOf: (variable: tf.Variable) => string, outputNames?: readonly string[]): FrozenGraph {
  const [first] = traces;
  const dynamic = traces.length > 1;
  if (first.state.some(({ output }) => output)) throw new TraceError('freeze: a function that is frozen must not assign variables');
  const { nodes, initializers } = dynamic ? withAnyBatch(traces, batches, first.arguments[inputs.findIndex(({ shape }) => shape[0] === null)].name) : first.graph;

  const renamed = new Map<string, string>();
  first.arguments.forEach(({ name }, i) => renamed.set(name, inputs[i].name));
  const taken = new Set([...inputs.map(({ name }) => name), ...nodes.flatMap(({ outputs }) => outputs), ...initializers.map(({ name }) => name)]);
  const fresh = (wanted: string): string => {
    let name = wanted;
    for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
    taken.add(name);
    return name;
  };
  const results = [...first.results].map(([name, result], i) => ({ ...result, name: fresh(outputNames?.[i] ?? (name || 'output')), shapes: traces.map(({ results }) => [...results.values()][i].shape) }));
  for (const { output, name } of results) renamed.set(output, name);
  const weights = first.state.filter(({ input }) => input).map(({ variable, input }): Initializer => {
    const values = (variable.dataSync() as Float32Array).slice(); // the variable may be written again
    const name = fresh(nameOf(variable));
    renamed.set(input!, name);
    return { name, shape: variable.shape, type: variable.dtype as Initializer['type'], bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
  });

  const described = {
    inputs: inputs.map(({ name, shape }) => ({ name, shape: shape.map((length) => length ?? 'batch') })),
    outputs: results.map(({ name, shapes }) => ({ name, shape: shapes[0].map((_, axis) => lengthOf(shapes.map((shape) => shape[axis]), batches)) })),
  };
  const info = ({ name, shape }: { name: string; shape: (number | string)[] }, type: ElementType) => ({ name, shape: [], lengths: shape, type });
  const model: Model = {
    ...used(nodes.map((node) => withNames(node, renamed)), [...weights, ...initializers], described.outputs.map(({ name }) => name)),
    inputs: described.inputs.map((input, i) => info(input, first.arguments[i].dtype)),
    outputs: described.outputs.map((output, i) => info(output, results[i].dtype)),
  };
  return { graph: model, ...described };
}

/** A length that is always the same, the batch, or another that grows with it, by a name of its own: `2*batch-1`. */
function lengthOf(lengths: readonly number[], batches: readonly number[]): number | string {
  if (lengths.every((length) => length === lengths[0])) return lengths[0];
  if (lengths.every((length, i) => length === batches[i])) return 'batch';
  const slope = (lengths[1] - lengths[0]) / (batches[1] - batches[0]);
  const rest = lengths[0] - slope * batches[0];
  return `${slope}*batch${rest ? `${rest < 0 ? '-' : '+'}${Math.abs(rest)}` : ''}`;
}

function withNames(node: Node, renamed: ReadonlyMap<string, string>): Node {
  const named = (names: readonly string[]) => names.map((name) => renamed.get(name) ?? name);
  const attribute = (value: Attribute): Attribute => (typeof value === 'object' && 'graph' in value ? { graph: { ...value.graph, nodes: value.graph.nodes.map((inner) => withNames(inner, renamed)) } } : value);
  return { op: node.op, inputs: named(node.inputs), outputs: named(node.outputs), attributes: Object.fromEntries(Object.entries(node.attributes).map(([name, value]) => [name, attribute(value)])) };
}

/** What the outputs need of a graph. */
export function used(nodes: readonly Node[], initializers: readonly Initializer[], outputs: readonly string[]): Pick<Model, 'nodes' | 'initializers'> {
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
function withAnyBatch(traces: readonly Trace[], batches: readonly number[], input: string): Pick<Model, 'nodes' | 'initializers'> {
  const graphs = traces.map(({ graph }) => graph);
  const [first] = graphs;
  const refuse = (what: string): never => {
    throw new OtherForBatch(`freeze: what is computed must be the same for any batch, but for lengths, got ${what}; give the inputs a batch of their own: batchShape`);
  };
  const shape = (node: Node): string => JSON.stringify([node.op, node.inputs, node.outputs, node.attributes], (name, value: unknown) => (name === 'known' ? undefined : value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value));
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
    const slope = all[0].map((value, i) => (all[1][i] - value) / (batches[1] - batches[0]));
    const start = all[0].map((value, i) => value - slope[i] * batches[0]);
    const fits = all.every((values, k) => values.every((value, i) => value === start[i] + slope[i] * batches[k]));
    if (!fits || ![...slope, ...start].every(Number.isInteger)) refuse(`lengths ${all.map((values) => `[${values.join()}]`).join(', ')} for batches of ${batches.join(', ')}`);
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
      const found = moving.length === 1 && values.every((value, k) => value[moving[0]] % batches[k] === 0) && users.every(({ op, inputs }) => op === 'Reshape' && inputs[1] === own.name);
      if (found) initializers.push({ ...own, bytes: new Uint8Array(BigInt64Array.from(values[0], (value, at) => BigInt(at === moving[0] ? -1 : value)).buffer) });
      else lengths(own.name, values);
    } else {
      // The same row for each of the batch.
      const axis = own.shape.findIndex((_, at) => all.every(({ shape }, k) => shape[at] === batches[k]));
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
