/** Keras 3 writes an architecture otherwise than Keras 2, whose form tfjs reads; this brings it into that form. */
import { isObject } from './json';

type Json = Record<string, unknown>;

/** Whether a topology is Keras 3's: its version says so, or a key that Keras 2 did not have. */
export function isKeras3(topology: unknown): boolean {
  const { keras_version: version } = isObject(topology) ? topology : ({} as Json);
  if (typeof version === 'string') return /^[3-9]|^\d\d/.test(version);
  try {
    return /"(batch_shape|registered_name|keras_history)":/.test(JSON.stringify(topology) ?? '');
  } catch {
    return false; // nested too deep, which is refused with its reason
  }
}

/** What is of no use once the weights are there. */
const OMITTED = /_(initializer|regularizer|constraint)$/;

const NETS = ['Functional', 'Model', 'Sequential'];

/**
 * The topology in Keras 2's form: types by their names, `batch_input_shape`, serialised objects without their modules, and calls as lists of [layer, call, output].
 *
 * @throws Error for a call with arguments that Keras 2's form has no place for, or an option that tfjs' layer does not have
 */
export function fromKeras3(topology: unknown): unknown {
  if (Array.isArray(topology)) return topology.map(fromKeras3);
  if (!isObject(topology)) return topology;
  if (topology.class_name === 'DTypePolicy') return isObject(topology.config) ? topology.config.name : 'float32';
  if (isObject(topology.config)) checkOptionsOf(String(topology.class_name), topology.config);
  const named = 'module' in topology && 'class_name' in topology && 'config' in topology;
  const calls = Array.isArray(topology.layers) ? countedFrom(topology.layers) : undefined;
  const entries = Object.entries(topology)
    .filter(([key]) => !OMITTED.test(key) && !(named && ['module', 'registered_name', 'build_config', 'compile_config'].includes(key)))
    .map(([key, value]): [string, unknown] => {
      if (key === 'batch_shape') return ['batch_input_shape', value];
      if (key === 'negative_slope') return ['alpha', value]; // of LeakyReLU
      if (calls && key === 'layers') return [key, (value as unknown[]).map((layer) => (isObject(layer) ? { ...(fromKeras3(layer) as Json), ...(Array.isArray(layer.inbound_nodes) && { inbound_nodes: layer.inbound_nodes.map((node) => callOf(node, calls.inside)) }) } : layer))];
      if (calls && (key === 'input_layers' || key === 'output_layers')) return [key, tensorsOf(value).map((tensor) => shifted(tensor, calls.outside))];
      return [key, fromKeras3(value)];
    });
  return Object.fromEntries(entries);
}

/**
 * By how much the calls of a graph's nets are counted lower than tfjs counts them, for which a net's own making is the first: Keras 3 leaves that out in the layers' calls, and of a Sequential everywhere.
 */
function countedFrom(layers: readonly unknown[]): Record<'inside' | 'outside', Map<string, number>> {
  const nets = layers.filter((layer): layer is Json => isObject(layer) && NETS.includes(String(layer.class_name)));
  const shift = (kinds: readonly string[]) => new Map(nets.map((net) => [String(net.name ?? (isObject(net.config) ? net.config.name : '')), kinds.includes(String(net.class_name)) ? 1 : 0]));
  return { inside: shift(NETS), outside: shift(['Sequential']) };
}

const shifted = ([layer, call, ...output]: readonly unknown[], by: ReadonlyMap<string, number>): unknown[] => [layer, Number(call) + (by.get(String(layer)) ?? 0), ...output];

/** `["in", 0, 0]` for one tensor, a list of such, or such by names. */
function tensorsOf(value: unknown): unknown[][] {
  if (isObject(value)) return Object.values(value).flatMap(tensorsOf);
  return Array.isArray(value) ? (typeof value[0] === 'string' ? [value] : (value as unknown[][])) : [];
}

/** What a layer is called on: `{ args: [tensor, or tensors], kwargs }`. */
function callOf(node: unknown, by: ReadonlyMap<string, number>): unknown {
  if (!isObject(node) || !Array.isArray(node.args)) return node;
  const { args, kwargs } = node as { args: unknown[]; kwargs?: Json };
  const given = Object.entries(kwargs ?? {}).filter(([, value]) => value !== null && value !== false);
  const tensors = args.flat().map((tensor) => (isObject(tensor) && isObject(tensor.config) ? tensor.config.keras_history : undefined));
  if (given.length || !tensors.every(Array.isArray)) throw new Error(`a call with arguments besides its inputs, ${given.map(([name]) => name).join(', ') || JSON.stringify(args).slice(0, 60)}`);
  return tensors.map((history) => [...shifted(history as unknown[], by), {}]);
}

/** Options that tfjs would ignore, by their layers, and the values that change nothing. */
const IGNORED: [kind: RegExp, option: string, neutral: readonly unknown[]][] = [
  [/^ReLU$/, 'negative_slope', [0, null]],
  [/^ReLU$/, 'threshold', [0, null]],
  [/Pooling/, 'keepdims', [false]],
  [/^LayerNormalization$/, 'rms_scaling', [false]],
  [/Conv/, 'groups', [1]],
  [/Transpose$/, 'output_padding', [null]],
  [/^Bidirectional$/, 'backward_layer', [null]],
  [/^Resizing$/, 'pad_to_aspect_ratio', [false]],
  [/^(GRU|LSTM|SimpleRNN)$/, 'zero_output_for_mask', [false]],
];

/** @throws Error for an option by which tfjs' layer would compute something else */
function checkOptionsOf(kind: string, config: Json): void {
  for (const [layers, option, neutral] of IGNORED) {
    if (layers.test(kind) && option in config && !neutral.includes(config[option])) throw new Error(`a layer ${kind} with ${option} ${JSON.stringify(config[option])}, which tfjs does not have`);
  }
  const activation = Object.entries(config).find(([name, value]) => /activation$/.test(name) && value === 'hard_sigmoid');
  if (activation) throw new Error(`the ${activation[0]} hard_sigmoid, which is another function in Keras 3`);
}
