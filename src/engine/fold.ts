/** A graph whose weights lie as its convolutions take them, with batch normalisation folded into them. */
import { used } from './freeze';
import type { Initializer, Model, Node } from './onnx';

const floatsOf = ({ bytes }: Initializer): Float32Array => new Float32Array(bytes.slice().buffer);
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

/** A convolution or a product whose weights are known. */
export interface Weighted {
  node: Node;
  /** Its own name for the weights. */
  name: string;
  /** `[out, in, height, width]`, or `[in, out]` of a product. */
  shape: readonly number[];
  values: Float32Array;
  bias?: Float32Array;
  /** The axis of the weights that the outputs lie along. */
  axis: 0 | 1;
}

/** What `fold` makes of a graph. */
export interface Folded {
  model: Model;
  weighted: ReadonlyMap<Node, Weighted>;
}

/** Turns kernels of convolutions around, and folds the batch normalisation behind them into weights and biases: w γ / √(σ² + ε), β + (b − μ) γ / √(σ² + ε). */
export function fold(model: Model): Folded {
  const constants = new Map(model.initializers.map((initializer) => [initializer.name, initializer]));
  const producers = new Map(model.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const users = usersOf(model);
  for (const { name } of model.outputs) users.set(name, [...(users.get(name) ?? []), OUTPUT]);
  const weighted = new Map<Node, Weighted>();
  const folded = new Map<Node, Node | undefined>();
  for (const node of model.nodes) {
    const found = weightsOf(node, constants, producers);
    if (!found) continue;
    const norm = normBehind(node, outputsOf(found), users, constants);
    const isNext = norm?.inputs[0] === node.outputs[0];
    const made = isNext ? { ...node, outputs: norm.outputs } : node;
    folded.set(node, made);
    if (norm) folded.set(norm, isNext ? undefined : { op: 'Identity', inputs: [norm.inputs[0]], outputs: norm.outputs, attributes: {} });
    weighted.set(made, norm ? normalized(found, norm.inputs.slice(1).map((name) => floatsOf(constants.get(name)!)), (norm.attributes.epsilon as { float: number }).float) : found);
  }
  const nodes = model.nodes.flatMap((node) => (folded.has(node) ? (folded.get(node) ?? []) : node.op === 'MaxPool' ? [{ ...node, outputs: [node.outputs[0]] }] : [node]));
  return { model: { ...model, nodes, known: undefined }, weighted };
}

/** Stands for what takes an output of the graph. */
const OUTPUT: Node = { op: 'output', inputs: [], outputs: [], attributes: {} };

/** The batch normalisation of a product's outputs: right behind it, or behind what only moves axes and leaves each output's values together. */
function normBehind(node: Node, count: number, users: ReadonlyMap<string, Node[]>, constants: ReadonlyMap<string, Initializer>): Node | undefined {
  let [value] = node.outputs;
  let axis = 1;
  let isFlat = node.op === 'Gemm';
  for (;;) {
    const [next, ...others] = users.get(value) ?? [];
    if (!next || others.length > 0) return undefined;
    if (next.op === 'BatchNormalization') return axis === 1 && next.inputs.slice(1).every((name) => constants.get(name)?.shape.join() === String(count)) ? next : undefined;
    if (next.op === 'Transpose') axis = (next.attributes.perm as readonly number[]).indexOf(axis);
    else if (next.op === 'Reshape' && constants.has(next.inputs[1])) {
      // With nothing but ones and the batch beside the outputs, they stay together.
      const lengths = Array.from(new BigInt64Array(constants.get(next.inputs[1])!.bytes.slice().buffer), Number);
      if (lengths.filter((length) => length > 1).length > 1 || (count > 1 && !lengths.includes(count)) || lengths[0] === count || (!isFlat && lengths.length < 4)) return undefined;
      isFlat = true;
      axis = count > 1 ? lengths.indexOf(count) : 1;
    } else return undefined;
    [value] = next.outputs;
  }
}

/** How many outputs there are. */
export const outputsOf = ({ shape, axis }: Weighted): number => shape[axis];

function weightsOf(node: Node, constants: ReadonlyMap<string, Initializer>, producers: ReadonlyMap<string, Node>): Weighted | undefined {
  if (node.op !== 'Conv' && !(node.op === 'Gemm' && !node.attributes.transA && !node.attributes.transB)) return undefined;
  const [, from, biases] = node.inputs;
  const turned = producers.get(from);
  const kernel = constants.get(turned?.op === 'Transpose' ? turned.inputs[0] : from);
  if (!kernel || (node.op === 'Conv') !== (turned?.op === 'Transpose')) return undefined;
  const bias = biases ? constants.get(biases) : undefined;
  if (biases && !bias) return undefined;
  const common = { node, name: kernel.name, bias: bias && floatsOf(bias) };
  if (node.op === 'Gemm') return { ...common, shape: kernel.shape, values: floatsOf(kernel), axis: 1 };
  const perm = turned!.attributes.perm as readonly number[];
  return { ...common, shape: perm.map((axis) => kernel.shape[axis]), values: transposed(floatsOf(kernel), kernel.shape, perm), axis: 0 };
}

function transposed(values: Float32Array, shape: readonly number[], perm: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  const lengths = perm.map((axis) => shape[axis]);
  return values.map((_, i) => {
    let [rest, from] = [i, 0];
    for (let axis = lengths.length - 1; axis >= 0; axis--) {
      from += (rest % lengths[axis]) * strides[perm[axis]];
      rest = Math.floor(rest / lengths[axis]);
    }
    return values[from];
  });
}

function normalized(weights: Weighted, [gamma, beta, mean, variance]: Float32Array[], epsilon: number): Weighted {
  const scales = gamma.map((scale, i) => scale / Math.sqrt(variance[i] + epsilon));
  const channelOf = outputOf(weights);
  return {
    ...weights,
    values: weights.values.map((value, i) => value * scales[channelOf(i)]),
    bias: beta.map((shift, i) => shift + ((weights.bias?.[i] ?? 0) - mean[i]) * scales[i]),
  };
}

/** The output that a weight belongs to. */
export function outputOf({ shape, values, axis }: Weighted): (i: number) => number {
  const each = values.length / shape[0];
  return axis === 0 ? (i) => Math.floor(i / each) : (i) => i % shape[1];
}

/** The nodes that take each value. */
export function usersOf({ nodes }: Model): Map<string, Node[]> {
  const users = new Map<string, Node[]>();
  for (const node of nodes) for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);
  return users;
}

/** What the outputs need. */
export const needed = (model: Model): Model => ({ ...model, ...used(model.nodes, model.initializers, model.outputs.map(({ name }) => name)) });

/** The folded graph, still in floats. */
export function floats({ model, weighted }: Folded): Model {
  const own: Initializer[] = [];
  const nodes = model.nodes.map((node) => {
    const weights = weighted.get(node);
    if (!weights) return node;
    const { shape, values, bias } = weights;
    const [name] = node.outputs; // of the call: a layer that is called twice has two
    own.push({ name: `${name}_folded`, shape, type: 'float32', bytes: bytesOf(values) });
    if (bias) own.push({ name: `${name}_folded_bias`, shape: [bias.length], type: 'float32', bytes: bytesOf(bias) });
    return { ...node, inputs: [node.inputs[0], `${name}_folded`, ...(bias ? [`${name}_folded_bias`] : [])] };
  });
  return { ...model, nodes, initializers: [...model.initializers, ...own] };
}
