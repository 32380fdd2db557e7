/** Keras 3 writes an architecture otherwise than Keras 2, whose form tfjs reads; this brings it into that form. */
import { isObject } from './json';

type Json = Record<string, unknown>;

/** Whether a topology is Keras 3's: its version says so, or a key that Keras 2 did not have. */
export function isKeras3(topology: unknown): boolean {
  const version = isObject(topology) ? topology.keras_version : undefined;
  if (typeof version === 'string') return /^[3-9]|^\d\d/.test(version);
  return /"(batch_shape|registered_name|keras_history)":/.test(JSON.stringify(topology) ?? '');
}

/**
 * The topology in Keras 2's form: types by their names, `batch_input_shape`, serialised objects without their modules, and calls as lists of [layer, call, output].
 *
 * @throws Error for a call with arguments that Keras 2's form has no place for
 */
export function fromKeras3(topology: unknown): unknown {
  if (Array.isArray(topology)) return topology.map(fromKeras3);
  if (!isObject(topology)) return topology;
  if (topology.class_name === 'DTypePolicy') return (topology.config as Json).name;
  const named = 'module' in topology && 'class_name' in topology && 'config' in topology;
  const entries = Object.entries(topology)
    .filter(([key]) => !(named && ['module', 'registered_name', 'build_config', 'compile_config'].includes(key)))
    .map(([key, value]): [string, unknown] => {
      if (key === 'batch_shape') return ['batch_input_shape', value];
      if (key === 'inbound_nodes' && Array.isArray(value)) return [key, value.map(callOf)];
      if (key === 'input_layers' || key === 'output_layers') return [key, tensorsOf(value)];
      return [key, fromKeras3(value)];
    });
  return Object.fromEntries(entries);
}

/** `["in", 0, 0]` for one tensor, or a list of such. */
const tensorsOf = (value: unknown): unknown => (Array.isArray(value) && typeof value[0] === 'string' ? [value] : value);

/** What a layer is called on: `{ args: [tensor, or tensors], kwargs }`. */
function callOf(node: unknown): unknown {
  if (!isObject(node) || !Array.isArray(node.args)) return node;
  const { args, kwargs } = node as { args: unknown[]; kwargs?: Json };
  const given = Object.entries(kwargs ?? {}).filter(([, value]) => value !== null && value !== false);
  const tensors = args.flat().map((tensor) => (isObject(tensor) && isObject(tensor.config) ? (tensor.config as Json).keras_history : undefined));
  if (given.length || !tensors.every(Array.isArray)) throw new Error(`a call with arguments besides its inputs, ${given.map(([name]) => name).join(', ') || JSON.stringify(args).slice(0, 60)}`);
  return tensors.map((history) => [...(history as unknown[]), {}]);
}
