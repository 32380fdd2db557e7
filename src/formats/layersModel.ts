/** tfjs' own files: `model.json` with the topology and a manifest of weights, and binary files beside it. */
import * as tf from '@tensorflow/tfjs';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { sizeOf, writeAtomic } from '../system';
import { checkName } from './bytes';
import { isCounts, isObject, isTexts, shown } from './json';
import { checkModel } from '../weights/checkModel';
import { fromKeras3, isKeras3 } from './keras3';
import { modelFromJSON } from './modelFromJSON';
import { checkReadsBack, type LayerJson } from './readsBack';

/**
 * The LayersModel in a `model.json`, as `model.save('file://…')` or the tensorflowjs converter writes it.
 *
 * @throws Error when a file is missing, is no LayersModel, or its weights are not as many bytes as the manifest says
 */
export async function readLayersModel(path: string): Promise<tf.LayersModel> {
  const where = `readLayersModel: ${path}`;
  const { modelTopology, weightsManifest } = parsed(where, read(where, path));
  const keras3 = isKeras3(modelTopology);
  const folder = resolve(dirname(path));
  const names = weightsManifest.flatMap(({ paths }) => paths);
  const files = names.map((name) => {
    const file = resolve(folder, name);
    if (!file.startsWith(folder + sep)) throw new Error(`${where} must name weight files beside it, got ${name}`);
    return file;
  });
  const specs = weightsManifest.flatMap(({ weights }) => weights);
  for (const list of [names, specs.map(({ name }) => name)]) {
    if (new Set(list).size < list.length) throw new Error(`${where} must name each weight and each file of weights once, got ${list.find((name, i) => list.indexOf(name) < i)} twice`);
  }
  files.forEach((file, i) => {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (!stats?.isFile()) throw new Error(`${where} must have its weights beside it, in ${names[i]}, got ${stats ? 'something that is no file' : 'none'}`);
  });
  const expected = specs.reduce((sum, { shape, dtype, quantization }) => sum + sizeOf(shape) * BYTES[quantization?.dtype ?? dtype], 0);
  const there = files.reduce((sum, file) => sum + statSync(file).size, 0);
  if (expected !== there) throw new Error(`${where} must have ${expected} bytes of weights by its manifest, got ${there}; is a file cut short?`);
  const all: tf.NamedTensorMap = {};
  try {
    Object.assign(all, tf.io.decodeWeights(new Uint8Array(Buffer.concat(files.map((file) => readFileSync(file)))).buffer, specs));
    const weights = Object.fromEntries(specs.filter(({ group }) => group !== 'optimizer').map(({ name }) => [name, all[name]]));
    const values = Object.values(weights).reduce((sum, { size }) => sum + size, 0);
    const model = await modelFromJSON(JSON.stringify(keras3 ? fromKeras3(modelTopology) : modelTopology), { weights: Object.keys(weights).length + SPARE, values: values + SPARE_VALUES });
    try {
      put(model, weights);
    } catch (error) {
      model.dispose();
      throw error;
    }
    return model;
  } catch (error) {
    const made = keras3 ? `a net made by Keras 3${typeof modelTopology.keras_version === 'string' ? ` (${modelTopology.keras_version})` : ''} of layers that tfjs has` : 'a tfjs LayersModel of layers that tfjs has';
    const advice = keras3 ? '; tfjs has the layers and options of Keras 2: save the net by Keras 2 (pip install tf_keras, TF_USE_LEGACY_KERAS=1) and convert that' : '';
    throw new Error(`${where} must be ${made}, got: ${(error as Error).message}${advice}`, { cause: error });
  } finally {
    tf.dispose(all);
  }
}

/** Weights, and numbers in them, that an architecture may have besides those in the file, so that what is missing can be named. */
const SPARE = 100;
const SPARE_VALUES = 2 ** 20;

function read(where: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === 'EISDIR' ? `${where} must be a file, but is a folder; give its model.json, ${join(path, 'model.json')}` : `${where} must be a file that can be read, got: ${message}`, { cause: error });
  }
}

/** Puts values into a model's weights by their names, past the layers' constraints, which could change them. */
function put(model: tf.LayersModel, values: tf.NamedTensorMap): void {
  const weights = new Map(model.weights.map((weight) => [weight.originalName, weight]));
  const shown = ({ shape }: { shape: tf.Shape }) => `[${shape.join(', ')}]`;
  if (weights.size < model.weights.length) throw new Error(`several weights of one name, ${twice(model)}, by which its values cannot be told apart`);
  const spelled = spelling(Object.keys(values), weights, model.name);
  for (const [name, value] of Object.entries(values)) {
    const weight = weights.get(spelled(name));
    if (!weight) throw new Error(`values for ${name} ${shown(value)}, which is no weight of the architecture, or one that has its values already; left are ${[...weights.keys()].slice(0, 8).join(', ') || 'none'}`);
    if (weight.shape.join() !== value.shape.join()) throw new Error(`values ${shown(value)} for ${name}, a weight ${shown(weight)}`);
    tf.tidy(() => (weight.read() as tf.Variable).assign(tf.cast(value, weight.read().dtype)));
    weights.delete(weight.originalName);
  }
  const missing = [...weights.values()];
  if (missing.length) throw new Error(`no values for ${missing.slice(0, 8).map((weight) => `${weight.originalName} ${shown(weight)}`).join(', ')}${missing.length > 8 ? `, and ${missing.length - 8} more` : ''}: the manifest does not name ${missing.length > 1 ? 'them' : 'it'}`);
}

/** Keras writes the name of a recurrent layer's cell (`lstm/lstm_cell/kernel`), and often that of the model (`net/fc/kernel`), too: one way for all weights of a file. */
function spelling(names: readonly string[], weights: ReadonlyMap<string, unknown>, model: string): (name: string) => string {
  const withoutCell = (name: string) => (weights.has(name) ? name : name.replace(/\/[^/]*cell[^/]*(?=\/[^/]+$)/, ''));
  const withoutModel = (name: string) => withoutCell(name.startsWith(`${model}/`) ? name.slice(model.length + 1) : name);
  const found = (way: (name: string) => string) => names.filter((name) => weights.has(way(name))).length;
  return found(withoutModel) > found(withoutCell) ? withoutModel : withoutCell;
}

const twice = (model: tf.LayersModel): string | undefined => model.weights.map(({ originalName }) => originalName).find((name, i, names) => names.indexOf(name) < i);

/**
 * Writes `model.json` and `weights.bin` into a folder: `readLayersModel` and `tf.loadLayersModel` read them.
 *
 * @throws Error when they would not: two weights of one name (of nets within the net), or a layer that does not come back from JSON as it is
 */
export async function writeLayersModel(model: tf.LayersModel, folder: string): Promise<void> {
  checkModel('writeLayersModel', model);
  checkName('writeLayersModel', folder);
  if (folder.endsWith('.json')) throw new TypeError(`writeLayersModel: the target must be a folder, in which it writes model.json, got '${folder}'`);
  const name = twice(model);
  if (name) throw new Error(`writeLayersModel: weights must have names of their own, by which model.json finds them, got ${name} twice in ${model.name}; give the layers of the nets within it names of their own, or keep the net in a packed file`);
  for (const file of ['weights.bin', 'model.json']) {
    if (statSync(join(folder, file), { throwIfNoEntry: false })?.isDirectory()) throw new Error(`writeLayersModel: ${join(folder, file)} must be a file to write, but is a folder; name another folder`);
  }
  try {
    checkReadsBack(model, (model.toJSON(null, false) as unknown as { config: { layers: LayerJson[] } }).config.layers);
  } catch (error) {
    throw new Error(`writeLayersModel: ${model.name} must be a net that tfjs reads again, got ${(error as Error).message}`, { cause: error });
  }
  await model.save(
    tf.io.withSaveHandler(({ modelTopology, weightSpecs, weightData, format, generatedBy, convertedBy }) => {
      const data = weightData ? tf.io.CompositeArrayBuffer.join(weightData) : new ArrayBuffer(0);
      writeAtomic(join(folder, 'weights.bin'), new Uint8Array(data));
      writeAtomic(join(folder, 'model.json'), JSON.stringify({ modelTopology, format, generatedBy, convertedBy, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }] }));
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON', weightDataBytes: data.byteLength } });
    }),
  );
}

const BYTES: Record<string, number> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

interface ModelJson {
  modelTopology: { keras_version?: unknown };
  weightsManifest: tf.io.WeightsManifestConfig;
}

function parsed(where: string, text: string): ModelJson {
  let json: unknown;
  if (text.startsWith('SQZ')) throw new Error(`${where} must be a model.json, got a packed file; write await unpack(readFileSync(name))`);
  if (text.slice(1, 4) === 'HDF') throw new Error(`${where} must be a model.json, got an HDF5 file of Keras; convert it: tensorflowjs_converter --input_format=keras model.h5 folder`);
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${where} must be JSON, got: ${(error as Error).message}`, { cause: error });
  }
  if (isObject(json) && (json.format === 'graph-model' || (isObject(json.modelTopology) && Array.isArray(json.modelTopology.node)))) {
    throw new Error(`${where} must be a layers model, got a graph model, whose layers are not in the file any more; convert the original again: tensorflowjs_converter --output_format=tfjs_layers_model, from a Keras file (.h5)`);
  }
  if (!isObject(json) || !isObject(json.modelTopology) || !Array.isArray(json.weightsManifest))
    throw new Error(`${where} must hold modelTopology, an object, and weightsManifest, a list, got ${shown(json)}; save a tf.LayersModel to get them`);
  for (const group of json.weightsManifest as unknown[]) {
    if (!isObject(group) || !isTexts(group.paths) || !Array.isArray(group.weights)) throw new Error(`${where} must have paths and weights in each group of its weightsManifest, got ${shown(group)}`);
    const wrong: unknown = group.weights.find((weight) => !isWeight(weight));
    if (wrong !== undefined) throw new Error(`${where} must give each weight a name, a shape and a dtype out of ${Object.keys(BYTES).join(', ')}, got ${shown(wrong)}`);
  }
  return json as unknown as ModelJson;
}

const isWeight = (value: unknown): boolean =>
  isObject(value) && typeof value.name === 'string' && value.name !== '__proto__' && isCounts(value.shape) && hasWidth(value) && (value.quantization === undefined || (isObject(value.quantization) && hasWidth(value.quantization) && [value.quantization.scale ?? 0, value.quantization.min ?? 0].every(Number.isFinite)));

const hasWidth = ({ dtype }: Record<string, unknown>): boolean => typeof dtype === 'string' && Object.hasOwn(BYTES, dtype);
