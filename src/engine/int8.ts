/** A graph in bytes: QuantizeLinear and DequantizeLinear around what is quantised (ONNX's QDQ format), which runtimes turn into kernels of integers. */
import { TraceError } from './error';
import { used } from './freeze';
import type { Initializer, Model, Node } from './onnx';

/** The smallest and the largest value of an activation. */
export type Range = readonly [min: number, max: number];

/** They give their input's values on, so they share its scale. */
const PASSING = new Set(['MaxPool', 'Transpose', 'Reshape']);
/** Runtimes have kernels of bytes for these. */
const OTHERS = new Set(['Concat', 'Add', 'Relu', 'Clip', 'GlobalAveragePool']);

const floatsOf = ({ bytes }: Initializer): Float32Array => new Float32Array(bytes.slice().buffer);
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

/** A convolution or a product whose weights are known. */
interface Weighted {
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

/** A graph whose weights lie as its convolutions take them, with batch normalisation folded into them. */
export interface Folded {
  model: Model;
  weighted: ReadonlyMap<Node, Weighted>;
}

/** Turns kernels of convolutions around, and folds the batch normalisation behind them into weights and biases: w γ / √(σ² + ε), β + (b − μ) γ / √(σ² + ε). */
export function fold(model: Model): Folded {
  const constants = new Map(model.initializers.map((initializer) => [initializer.name, initializer]));
  const producers = new Map(model.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const users = usersOf(model);
  const weighted = new Map<Node, Weighted>();
  const replaced = new Map<Node, Node | undefined>();
  for (const node of model.nodes) {
    const found = weightsOf(node, constants, producers);
    if (!found) continue;
    const [behind, ...others] = users.get(node.outputs[0]) ?? [];
    const norm = behind?.op === 'BatchNormalization' && others.length === 0 ? behind : undefined;
    const folded = norm ? normalized(found, norm.inputs.slice(1).map((name) => floatsOf(constants.get(name)!)), (norm.attributes.epsilon as { float: number }).float) : found;
    const made = { ...node, outputs: norm?.outputs ?? node.outputs };
    replaced.set(node, made);
    if (norm) replaced.set(norm, undefined);
    weighted.set(made, { ...folded, node: made });
  }
  const nodes = model.nodes.flatMap((node) => (replaced.has(node) ? (replaced.get(node) ?? []) : node.op === 'MaxPool' ? [{ ...node, outputs: [node.outputs[0]] }] : [node]));
  return { model: { ...model, nodes, known: undefined }, weighted };
}

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
function outputOf({ shape, values, axis }: Weighted): (i: number) => number {
  const each = values.length / shape[0];
  return axis === 0 ? (i) => Math.floor(i / each) : (i) => i % shape[1];
}

function usersOf({ nodes }: Model): Map<string, Node[]> {
  const users = new Map<string, Node[]>();
  for (const node of nodes) for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);
  return users;
}

/** For each activation that is quantised, the one whose scale it has: its own, or that of what is only passed on. */
export function quantisedActivations({ model, weighted }: Folded): Map<string, string> {
  const users = usersOf(model);
  const scaleOf = new Map<string, string>();
  const outputs = new Set(model.outputs.map(({ name }) => name));
  // A ReLU right behind a product is one kernel with it, so nothing is quantised between.
  const isInside = (name: string) => users.get(name)?.length === 1 && users.get(name)![0].op === 'Relu';
  const inputs = model.inputs.map(({ name }) => name);
  for (const name of inputs) if (users.get(name)?.some((node) => weighted.has(node) || PASSING.has(node.op))) scaleOf.set(name, name);
  for (const node of model.nodes) {
    const [name] = node.outputs;
    if (outputs.has(name)) continue;
    if (PASSING.has(node.op) && scaleOf.has(node.inputs[0])) scaleOf.set(name, scaleOf.get(node.inputs[0])!);
    else if (weighted.has(node) && !isInside(name)) scaleOf.set(name, name);
    else if (OTHERS.has(node.op) && node.inputs.every((input) => scaleOf.has(input) || isInside(input))) scaleOf.set(name, name);
  }
  return scaleOf;
}

/** The graph with the smallest and the largest value of each activation that is quantised as its only outputs, two for each: `[min, max, min, max, ...]`. */
export function withRanges(folded: Folded): { model: Model; activations: string[] } {
  const activations = [...new Set(quantisedActivations(folded).values())];
  const extremes = activations.flatMap((name, i) => (['ReduceMin', 'ReduceMax'] as const).map((op): Node => ({ op, inputs: [name], outputs: [`${op}_${i}`], attributes: { keepdims: 0 } })));
  const { nodes, ...model } = floats(folded);
  return { activations, model: needed({ ...model, nodes: [...nodes, ...extremes], outputs: extremes.map(({ outputs: [name] }) => ({ name, shape: [], type: 'float32' })) }) };
}

/** What the outputs need. */
const needed = (model: Model): Model => ({ ...model, ...used(model.nodes, model.initializers, model.outputs.map(({ name }) => name)) });

/** The folded graph, still in floats. */
function floats({ model, weighted }: Folded): Model {
  const own: Initializer[] = [];
  const nodes = model.nodes.map((node) => {
    const weights = weighted.get(node);
    if (!weights) return node;
    const { name, shape, values, bias } = weights;
    own.push({ name: `${name}_folded`, shape, type: 'float32', bytes: bytesOf(values) });
    if (bias) own.push({ name: `${name}_bias`, shape: [bias.length], type: 'float32', bytes: bytesOf(bias) });
    return { ...node, inputs: [node.inputs[0], `${name}_folded`, ...(bias ? [`${name}_bias`] : [])] };
  });
  return { ...model, nodes, initializers: [...model.initializers, ...own] };
}

/**
 * The graph with weights of a byte, a scale an output and zero in the middle: q = round(w / s), s = max |w| / 127; and activations of a byte, a scale and a zero point each from their range, which is widened to hold 0: q = round(x / s) + z, s = (max − min) / 255, z = round(−min / s).
 * Biases are whole numbers of s<sub>x</sub> s<sub>w</sub> in 32 bits.
 */
export function quantized(folded: Folded, ranges: ReadonlyMap<string, Range>): Model {
  const { model, weighted } = folded;
  const scaleOf = quantisedActivations(folded);
  const initializers: Initializer[] = [];
  const made = new Set<string>();
  const constant = (name: string, values: Float32Array | Int8Array | Uint8Array | Int32Array, shape: readonly number[]): void => {
    if (made.has(name)) return; // of a layer that is called twice
    made.add(name);
    const type = values instanceof Float32Array ? 'float32' : values instanceof Int8Array ? 'int8' : values instanceof Uint8Array ? 'uint8' : 'int32';
    initializers.push({ name, shape, type, bytes: bytesOf(values) });
  };
  const scales = new Map<string, number>();
  for (const name of new Set(scaleOf.values())) {
    const [min, max] = ranges.get(name)!;
    const [low, high] = [Math.min(min, 0), Math.max(max, 0)];
    if (!Number.isFinite(high - low)) throw new TraceError(`int8: the activations must be finite, got ${min} to ${max} of ${name}`);
    const scale = Math.fround((high - low) / 255 || 1);
    scales.set(name, scale);
    constant(`${name}_scale`, Float32Array.of(scale), []);
    constant(`${name}_zero_point`, Uint8Array.of(Math.round(-low / scale)), []);
  }
  /** Behind what makes a quantised activation: itself in bytes, and back. */
  const bytes = (name: string): Node[] => {
    if (!scaleOf.has(name)) return [];
    const parameters = [`${scaleOf.get(name)!}_scale`, `${scaleOf.get(name)!}_zero_point`];
    return [
      { op: 'QuantizeLinear', inputs: [name, ...parameters], outputs: [`${name}_bytes`], attributes: {} },
      { op: 'DequantizeLinear', inputs: [`${name}_bytes`, ...parameters], outputs: [`${name}_back`], attributes: {} },
    ];
  };
  const nodes = model.nodes.flatMap((node): Node[] => {
    const weights = weighted.get(node);
    const inputs = node.inputs.map((input) => (scaleOf.has(input) ? `${input}_back` : input));
    if (!weights || !scaleOf.has(node.inputs[0])) return [{ ...node, inputs }, ...node.outputs.flatMap(bytes)];
    const { name, shape, values, bias, axis } = weights;
    const count = shape[axis === 0 ? 0 : 1];
    const channelOf = outputOf(weights);
    const largest = new Float32Array(count);
    values.forEach((value, i) => (largest[channelOf(i)] = Math.max(largest[channelOf(i)], Math.abs(value))));
    const steps = largest.map((most) => most / 127 || 1);
    constant(name, Int8Array.from(values, (value, i) => Math.round(value / steps[channelOf(i)])), shape);
    constant(`${name}_scale`, steps, [count]);
    const [own] = node.outputs;
    const before: Node[] = [{ op: 'DequantizeLinear', inputs: [name, `${name}_scale`], outputs: [`${own}_weights`], attributes: { axis } }];
    const operands = [inputs[0], `${own}_weights`];
    if (bias) {
      const biasSteps = steps.map((step) => step * scales.get(scaleOf.get(node.inputs[0])!)!);
      constant(`${own}_bias`, Int32Array.from(bias, (value, i) => Math.round(value / biasSteps[i])), [count]);
      constant(`${own}_bias_scale`, biasSteps, [count]);
      before.push({ op: 'DequantizeLinear', inputs: [`${own}_bias`, `${own}_bias_scale`], outputs: [`${own}_bias_back`], attributes: { axis: 0 } });
      operands.push(`${own}_bias_back`);
    }
    return [...before, { ...node, inputs: operands }, ...node.outputs.flatMap(bytes)];
  });
  return needed({ ...model, nodes: [...model.inputs.flatMap(({ name }) => bytes(name)), ...nodes], initializers: [...model.initializers.filter(({ name }) => !made.has(name)), ...initializers] });
}
