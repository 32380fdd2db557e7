/** tfjs' own files: `model.json` with the topology and a manifest of weights, and binary files beside it. */
import * as tf from '@tensorflow/tfjs';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { sizeOf, writeAtomic } from '../system';
import { isCounts, isObject, isTexts, shown } from './json';
import { modelFromJSON } from './modelFromJSON';

/**
 * The LayersModel in a `model.json`, as `model.save('file://…')` or the tensorflowjs converter writes it.
 *
 * @throws Error when a file is missing, is no LayersModel, or its weights are not as many bytes as the manifest says
 */
export async function readLayersModel(path: string): Promise<tf.LayersModel> {
  const where = `readLayersModel: ${path}`;
  const { modelTopology, weightsManifest } = parsed(where, readFileSync(path, 'utf8'));
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
  const expected = specs.reduce((sum, { shape, dtype, quantization }) => sum + sizeOf(shape) * BYTES[quantization?.dtype ?? dtype], 0);
  const there = files.reduce((sum, file) => sum + statSync(file).size, 0);
  if (expected !== there) throw new Error(`${where} must have ${expected} bytes of weights by its manifest, got ${there}; is a file cut short?`);
  const all: tf.NamedTensorMap = {};
  try {
    Object.assign(all, tf.io.decodeWeights(new Uint8Array(Buffer.concat(files.map((file) => readFileSync(file)))).buffer, specs));
    const weights = Object.fromEntries(specs.filter(({ group }) => group !== 'optimizer').map(({ name }) => [name, all[name]]));
    const values = Object.values(weights).reduce((sum, { size }) => sum + size, 0);
    const model = await modelFromJSON(JSON.stringify(modelTopology), { weights: Object.keys(weights).length, values });
    model.loadWeights(weights);
    return model;
  } catch (error) {
    throw new Error(`${where} must be a tfjs LayersModel of layers that tfjs has, got: ${(error as Error).message}`, { cause: error });
  } finally {
    tf.dispose(all);
  }
}

/** Writes `model.json` and `weights.bin` into a folder: `readLayersModel` and `tf.loadLayersModel` read them. */
export async function writeLayersModel(model: tf.LayersModel, folder: string): Promise<void> {
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
  modelTopology: object;
  weightsManifest: tf.io.WeightsManifestConfig;
}

function parsed(where: string, text: string): ModelJson {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${where} must be JSON, got: ${(error as Error).message}`, { cause: error });
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
  isObject(value) && typeof value.name === 'string' && isCounts(value.shape) && hasWidth(value) && (value.quantization === undefined || (isObject(value.quantization) && hasWidth(value.quantization)));

const hasWidth = ({ dtype }: Record<string, unknown>): boolean => typeof dtype === 'string' && Object.hasOwn(BYTES, dtype);
