/** What is wrong with an architecture in JSON that tfjs would not survive: it trusts what it reads. */

type Json = Record<string, unknown>;

interface LayerJson {
  name: string;
  class_name: string;
  config: { name: string };
  /** One for each call of the layer: what it is called on, as layer, number of that layer's call, number of its output. */
  inbound_nodes: [layer: string, call: number, output: number][][];
}

/** Calls of layers, the nets in nets included, and what they are called on; ResNet-110 has 442. */
const MOST_CALLS = 10_000;
/** Inputs looked at until all calls are made; a net whose layers stand in the order of their calls takes as many as there are. */
const MOST_TRIES = 1_000_000;
const MOST_AXES = 16;
/** Numbers or texts in any other list. */
const LONGEST_LIST = 4096;
/** Objects and lists in each other; a net in a net takes five. */
const DEEPEST = 100;

/** Keys that say what the graph is. tfjs writes them so, and takes other spellings too. */
const GRAPH_KEYS: Record<string, string> = { layers: 'layers', name: 'name', config: 'config', className: 'class_name', inboundNodes: 'inbound_nodes', stateful: 'stateful' };
/** As tfjs spells a key; one of a single letter stays. */
export const camelCase = (key: string): string => (key.length > 1 ? key.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase()) : key);
/** These have their first call from the start. */
const MADE = new Set(['InputLayer', 'Model', 'Functional', 'Sequential']);

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Refuses an architecture for which tfjs would wait for ever or take time or memory out of proportion: layers that wait for each other, more than 10,000 calls of
 * layers (a net that is called twice counts twice), shapes of more than 16 axes, lists of more than 4,096, nesting deeper than 100, layers that keep a state between batches; and
 * whatever hides the graph, such as other spellings of its keys or two layers of one name.
 *
 * @throws Error that says what it is
 */
export const checkArchitecture = (topology: unknown): void => void calls(topology);

/** How many calls are in a part of an architecture. */
function calls(part: unknown, depth = 0): number {
  if (depth > DEEPEST) throw new Error(`more than ${DEEPEST} objects in each other`);
  if (Array.isArray(part)) {
    const plain = part.filter((element) => typeof element !== 'object').length;
    if (plain > LONGEST_LIST) throw new Error(`a list of ${plain}`);
    return part.reduce<number>((sum, element) => sum + calls(element, depth + 1), 0);
  }
  if (!isObject(part)) return 0;
  for (const [key, value] of Object.entries(part)) {
    const name = camelCase(key);
    const spelling = Object.hasOwn(GRAPH_KEYS, name) ? GRAPH_KEYS[name] : undefined;
    if (key === '__proto__' || (spelling !== undefined && key !== spelling)) throw new Error(`a key '${key}'`);
    if (/([sS]hape|dims)$/.test(name) && Array.isArray(value) && value.length > MOST_AXES) throw new Error(`a ${key} of ${value.length} axes`);
    if (name === 'stateful' && value) throw new Error('a stateful layer; make it without');
  }
  const { layers, ...rest } = part;
  const count = calls(Object.values(rest), depth + 1) + (Array.isArray(layers) ? layers.reduce<number>((sum, layer) => sum + callsOf(layer, depth + 2), 0) : calls(layers, depth + 1));
  if (count > MOST_CALLS) throw new Error(`more than ${MOST_CALLS} calls of layers`);
  if (Array.isArray(layers) && layers.some((layer) => isObject(layer) && layer.inbound_nodes)) checkWaiting(formed(layers));
  return count;
}

/** What a layer is called on, and the layers within it each time. */
function callsOf(layer: unknown, depth: number): number {
  if (!isObject(layer)) return 1;
  const { inbound_nodes: nodes, ...rest } = layer;
  const own = Array.isArray(nodes) ? (nodes as unknown[]) : [];
  const inputs = own.reduce<number>((sum, inputs) => sum + (Array.isArray(inputs) ? inputs.length : 1), 0);
  return Math.max(1, inputs) + Math.max(1, own.length) * calls(rest, depth);
}

/** The layers of a graph, each with a name of its own. */
function formed(layers: unknown[]): LayerJson[] {
  const named = new Set<string>();
  for (const layer of layers) {
    const { name, config, inbound_nodes: nodes } = isObject(layer) ? layer : ({} as Json);
    const wellFormed = typeof name === 'string' && isObject(config) && config.name === name && Array.isArray(nodes) && nodes.every((inputs) => Array.isArray(inputs) && inputs.every(Array.isArray));
    if (!wellFormed || named.has(name)) throw new Error(`a layer that has no name of its own or no calls, ${typeof name === 'string' ? name : typeof name}`);
    named.add(name);
  }
  return layers as LayerJson[];
}

/** tfjs tries in turn the calls that layers still wait for, until none is left; this does the same with numbers. */
function checkWaiting(layers: readonly LayerJson[]): void {
  const waiting = new Map(layers.map(({ name, inbound_nodes: nodes }) => [name, nodes]));
  const made = new Map(layers.map(({ name, class_name: kind }) => [name, Number(MADE.has(kind))]));
  for (let tries = 0, left = true; left; ) {
    left = false;
    for (const { name } of layers) {
      const still = waiting.get(name)!.filter((inputs) => {
        tries += 1 + inputs.length;
        if (tries > MOST_TRIES) throw new Error(`layers that wait for each other, '${name}' among them`);
        const ready = inputs.every(([layer, call]) => (made.get(layer) ?? 0) > call);
        if (ready && inputs.length > 0) made.set(name, made.get(name)! + 1);
        return !ready;
      });
      waiting.set(name, still);
      left ||= still.length > 0;
    }
  }
}
