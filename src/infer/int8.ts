/** A graph in bytes: QuantizeLinear and DequantizeLinear around what is quantised (ONNX's QDQ format), which runtimes turn into kernels of integers. */
import { bytesOf, floats, type Folded, needed, outputOf, outputsOf, usersOf, type Weighted } from '../engine/fold';
import type { Initializer, Model, Node } from '../engine/onnx';

/** The smallest and the largest value of an activation. */
export type Range = readonly [min: number, max: number];

/** They give their input's values on, so they share its scale. */
const PASSING = new Set(['MaxPool', 'Transpose', 'Reshape', 'Identity']);
/** Runtimes have kernels of bytes for these. */
const OTHERS = new Set(['Concat', 'Add', 'Relu', 'Clip', 'GlobalAveragePool']);

/** For each activation that is quantised, the one whose scale it has: its own, or that of what is only passed on. All that goes into a convolution or a product is, and what lies between as far as there are kernels of bytes for it. */
export function quantisedActivations({ model, weighted }: Folded): Map<string, string> {
  const users = usersOf(model);
  const scaleOf = new Map<string, string>();
  const outputs = new Set(model.outputs.map(({ name }) => name));
  const feeds = (name: string) => users.get(name)?.some((node) => weighted.has(node) && node.inputs[0] === name) ?? false;
  // A ReLU right behind a product is one kernel with it, so nothing is quantised between.
  const isInside = (name: string) => users.get(name)?.length === 1 && users.get(name)![0].op === 'Relu';
  for (const { name } of model.inputs) if (feeds(name) || users.get(name)?.some(({ op }) => PASSING.has(op))) scaleOf.set(name, name);
  for (const node of model.nodes) {
    const [name] = node.outputs;
    const isPassed = PASSING.has(node.op) && scaleOf.has(node.inputs[0]);
    const isBetween = (weighted.has(node) && !isInside(name)) || (OTHERS.has(node.op) && node.inputs.every((input) => scaleOf.has(input) || isInside(input)));
    if (feeds(name) || (!outputs.has(name) && (isPassed || isBetween))) scaleOf.set(name, isPassed ? scaleOf.get(node.inputs[0])! : name);
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

/**
 * The graph with weights of a byte, a scale an output and zero in the middle: q = round(w / s), s = max |w| / 127; and activations of a byte, a scale and a zero point each from their range, which is widened to hold 0: q = round(x / s) + z, s = (max − min) / 255, z = round(−min / s).
 * Biases are whole numbers of s<sub>x</sub> s<sub>w</sub> in 32 bits.
 */
export function quantized(folded: Folded, ranges: ReadonlyMap<string, Range>): Model {
  const { model, weighted } = folded;
  const scaleOf = quantisedActivations(folded);
  const initializers: Initializer[] = [];
  const constant = (name: string, values: Float32Array | Int8Array | Uint8Array | Int32Array, shape: readonly number[]): void => {
    const type = values instanceof Float32Array ? 'float32' : values instanceof Int8Array ? 'int8' : values instanceof Uint8Array ? 'uint8' : 'int32';
    initializers.push({ name, shape, type, bytes: bytesOf(values) });
  };
  const scales = new Map<string, number>();
  for (const name of new Set(scaleOf.values())) {
    const [min, max] = ranges.get(name)!;
    const [low, high] = [Math.min(min, 0), Math.max(max, 0)];
    if (!Number.isFinite(high - low)) throw new RangeError(`exportInt8: what the net gives on the calibration images must be finite, got ${min} to ${max} within it; look for weights and images that are not`);
    const scale = Math.fround((high - low) / 255) || 1;
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
  const kernels = new Map<string, { name: string; steps: Float32Array; values: Float32Array }[]>();
  /** The weights in bytes; those of a layer that is called again are stored again where they are others. */
  const kernelOf = (weights: Weighted, inputScale: number) => {
    const { shape, values } = weights;
    const steps = stepsOf(weights, inputScale);
    const known = kernels.get(weights.name) ?? [];
    const same = known.find((one) => one.steps.every((step, i) => step === steps[i]) && one.values.every((value, i) => value === values[i]));
    if (same) return same;
    const made = { name: `${weights.name}_bytes${known.length || ''}`, steps, values };
    kernels.set(weights.name, [...known, made]);
    const outputAt = outputOf(weights);
    constant(made.name, Int8Array.from(values, (value, i) => Math.round(value / steps[outputAt(i)])), shape);
    constant(`${made.name}_scale`, steps, [steps.length]);
    return made;
  };
  const nodes = model.nodes.flatMap((node): Node[] => {
    const weights = weighted.get(node);
    const inputs = node.inputs.map((input) => (scaleOf.has(input) ? `${input}_back` : input));
    if (!weights) return [{ ...node, inputs }, ...node.outputs.flatMap(bytes)];
    const [own] = node.outputs;
    const { bias, axis } = weights;
    const inputScale = scales.get(scaleOf.get(node.inputs[0])!)!;
    const { name, steps } = kernelOf(weights, inputScale);
    const count = steps.length;
    const before: Node[] = [{ op: 'DequantizeLinear', inputs: [name, `${name}_scale`], outputs: [`${own}_weights`], attributes: { axis } }];
    const operands = [inputs[0], `${own}_weights`];
    if (bias) {
      const biasSteps = steps.map((step) => step * inputScale);
      constant(`${own}_bias`, Int32Array.from(bias, (value, i) => Math.round(value / biasSteps[i])), [count]);
      constant(`${own}_bias_scale`, biasSteps, [count]);
      before.push({ op: 'DequantizeLinear', inputs: [`${own}_bias`, `${own}_bias_scale`], outputs: [`${own}_bias_back`], attributes: { axis: 0 } });
      operands.push(`${own}_bias_back`);
    }
    return [...before, { ...node, inputs: operands }, ...node.outputs.flatMap(bytes)];
  });
  return needed({ ...model, nodes: [...model.inputs.flatMap(({ name }) => bytes(name)), ...nodes], initializers: [...model.initializers, ...initializers] });
}

/** A scale for each output, large enough for a bias of 32 bits, too. */
function stepsOf(weights: Weighted, inputScale: number): Float32Array {
  const { name, values, bias } = weights;
  if (!values.every(Number.isFinite) || !(bias?.every(Number.isFinite) ?? true)) throw new RangeError(`exportInt8: weights and biases must be finite, got others in ${name}`);
  const outputAt = outputOf(weights);
  const largest = new Float32Array(outputsOf(weights));
  values.forEach((value, i) => (largest[outputAt(i)] = Math.max(largest[outputAt(i)], Math.abs(value))));
  return largest.map((most, i) => Math.max(most / 127, Math.abs(bias?.[i] ?? 0) / (inputScale * 2 ** 30)) || 1);
}
