import * as tf from '@tensorflow/tfjs';

interface LayerJson {
  name: string;
  class_name: string;
  config: { name: string };
  /** One for each call of the layer: what it is called on, as layer, number of that layer's call, number of its output. */
  inbound_nodes: [layer: string, call: number, output: number][][];
}

/** Tries of a call that a graph may take; a net whose layers stand in the order of their calls takes one each. */
const MOST_TRIES = 1_000_000;

/**
 * The net of a tfjs architecture in JSON, its weights zero. It may come from anybody.
 *
 * @param mostWeights a net with more weights is refused before they take memory
 * @throws Error when it is not JSON, no tfjs model, or its layers wait for each other, for which tfjs would wait for ever
 */
export async function modelFromJSON(json: string, mostWeights: number): Promise<tf.LayersModel> {
  try {
    return await zeroModel(JSON.parse(json, refuseWaiting) as object, mostWeights);
  } catch (error) {
    throw new Error(`the architecture must be a tfjs model's, got: ${(error as Error).message}`, { cause: error });
  }
}

/** tfjs makes all layers before it returns the promise, so that what is changed here meets no other net. */
function zeroModel(topology: object, mostWeights: number): Promise<tf.LayersModel> {
  const prototype = tf.layers.Layer.prototype as unknown as { addWeight: (name: string, shape: number[], dtype?: string, ...more: unknown[]) => { dispose(): void } };
  const { addWeight } = prototype;
  const made: { dispose(): void }[] = [];
  let room = mostWeights;
  prototype.addWeight = function (name, shape, dtype, _initializer, ...more) {
    const size = tf.util.sizeFromShape(shape);
    if (!(size >= 0 && size <= room)) throw new RangeError(`more weights than the ${mostWeights} that are there`);
    room -= size;
    const weight = addWeight.call(this, name, shape, dtype, tf.initializers.zeros(), ...more);
    made.push(weight);
    return weight;
  };
  try {
    return tf.models
      .modelFromJSON(topology as never)
      .then((model: unknown) => {
        if (!(model instanceof tf.LayersModel)) throw new Error('a lone layer');
        return model;
      })
      .catch((error) => {
        for (const weight of made) weight.dispose();
        throw error;
      });
  } finally {
    prototype.addWeight = addWeight;
  }
}

/** What says what the graph is, and as what tfjs would take it too. */
const GRAPH_KEYS = ['layers', 'name', 'config', 'class_name', 'inbound_nodes'];
const SPELLINGS = /^((layers|name|config|class(_+n|N)ame|inbound(_+n|N)odes)_*|__proto__)$/;
/** These have their first call from the start. */
const MADE = new Set(['InputLayer', 'Model', 'Functional', 'Sequential']);

/**
 * For `JSON.parse`: throws where the layers of a graph wait for each other. tfjs tries in turn the calls that layers still wait for, until none is
 * left; this does the same with numbers.
 */
export function refuseWaiting(key: string, value: unknown): unknown {
  if (SPELLINGS.test(key) && !GRAPH_KEYS.includes(key)) throw new Error(`a key '${key}'`);
  const layers = (value as { layers?: unknown } | null)?.layers;
  if (!Array.isArray(layers) || !layers.some((layer: Partial<LayerJson> | null) => layer?.inbound_nodes)) return value;
  const named = new Set<string>();
  for (const layer of layers as LayerJson[]) {
    const formed = layer?.name === layer?.config?.name && Array.isArray(layer.inbound_nodes) && layer.inbound_nodes.every((inputs) => Array.isArray(inputs) && inputs.every(Array.isArray));
    if (!formed || named.has(layer.name)) throw new Error(`a layer that has no name of its own or no calls, ${JSON.stringify(layer).slice(0, 80)}`);
    named.add(layer.name);
  }
  waitFor(layers as LayerJson[]);
  return value;
}

function waitFor(layers: readonly LayerJson[]): void {
  const waiting = new Map(layers.map(({ name, inbound_nodes: calls }) => [name, calls]));
  const made = new Map(layers.map(({ name, class_name: kind }) => [name, Number(MADE.has(kind))]));
  for (let tries = 0, left = true; left; ) {
    left = false;
    for (const { name } of layers) {
      const still = waiting.get(name)!.filter((inputs) => {
        if (++tries > MOST_TRIES) throw new Error(`layers that wait for each other, '${name}' among them`);
        const ready = inputs.every(([layer, call]) => (made.get(layer) ?? 0) > call);
        if (ready && inputs.length > 0) made.set(name, made.get(name)! + 1);
        return !ready;
      });
      waiting.set(name, still);
      left ||= still.length > 0;
    }
  }
}
