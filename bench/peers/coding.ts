/** Codes or decodes drawn weights of AlexNet's shapes, beside gzip: `coding.ts pack PATH`, then `coding.ts unpack PATH`. Prints medians over the rounds, and the most MiB that it had before and in the first round, as JSON. */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs';
import { kmeans } from '../../src/compress';
import { pack, unpack } from '../../src/formats';
import { foldIn, key, normal } from '../../src/random';

const ROUNDS = 3;

/** Kernels of AlexNet, with the densities and bits of Han et al. 2016, Table 4. */
const LAYERS: readonly { name: string; shape: number[]; density: number; bits: number }[] = [
  { name: 'conv1', shape: [11, 11, 3, 96], density: 0.84, bits: 8 },
  { name: 'conv2', shape: [5, 5, 48, 256], density: 0.38, bits: 8 },
  { name: 'conv3', shape: [3, 3, 256, 384], density: 0.35, bits: 8 },
  { name: 'conv4', shape: [3, 3, 192, 384], density: 0.37, bits: 8 },
  { name: 'conv5', shape: [3, 3, 192, 256], density: 0.37, bits: 8 },
  { name: 'fc6', shape: [9216, 4096], density: 0.09, bits: 5 },
  { name: 'fc7', shape: [4096, 4096], density: 0.09, bits: 5 },
  { name: 'fc8', shape: [4096, 1000], density: 0.25, bits: 5 },
];

/** The layers side by side, each with an input of its own: grouped convolutions are not tfjs'. */
function alexNetShapes(): tf.LayersModel {
  const inputs: tf.SymbolicTensor[] = [];
  const outputs: tf.SymbolicTensor[] = [];
  for (const { name, shape } of LAYERS) {
    const units = shape[shape.length - 1];
    const input = tf.input({ shape: shape.slice(0, -1) });
    const layer = shape.length === 2 ? tf.layers.dense({ name, units, kernelInitializer: 'zeros' }) : tf.layers.conv2d({ name, filters: units, kernelSize: shape[0], kernelInitializer: 'zeros' });
    inputs.push(input);
    outputs.push(layer.apply(input) as tf.SymbolicTensor);
  }
  return tf.model({ name: 'alexnet-shapes', inputs, outputs });
}

/** Weights of a normal distribution, all but the largest cut. */
function pruned(name: string, size: number, density: number): Float32Array {
  const weights = normal(foldIn(key(1), name), size, { standardDeviation: 0.02 });
  const sizes = weights.slice(0, 100_000).map(Math.abs).sort();
  const threshold = sizes[Math.floor(sizes.length * (1 - density))];
  for (let i = 0; i < size; i++) if (Math.abs(weights[i]) < threshold) weights[i] = 0;
  return weights;
}

function shared(weights: Float32Array, bits: number): Float32Array {
  const { centroids, codes } = kmeans(weights.filter((weight) => weight !== 0), 2 ** bits - 1, { start: 'linear' });
  const result = new Float32Array(weights.length);
  for (let i = 0, entry = 0; i < weights.length; i++) if (weights[i] !== 0) result[i] = centroids[codes[entry++]];
  return result;
}

const seconds: Record<string, number[]> = {};

async function timed<T>(what: string, run: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await run();
  (seconds[what] ??= []).push((performance.now() - start) / 1000);
  return result;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const mostMemory = () => process.resourceUsage().maxRSS / 1024;

const print = (measured: object) => console.log(JSON.stringify({ ...measured, seconds: Object.fromEntries(Object.entries(seconds).map(([what, values]) => [what, median(values)])) }));

/** Leaves what it packed in `<path>.sqz` and `<path>.gz`. */
async function packing(path: string): Promise<void> {
  const weights = LAYERS.map(({ name, shape, density }) => pruned(name, tf.util.sizeFromShape(shape), density));
  const model = alexNetShapes();
  const start = mostMemory();
  let memory = 0;
  let values: Float32Array[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    values = await timed('k-means', () => weights.map((layer, i) => shared(layer, LAYERS[i].bits)));
    tf.tidy(() => LAYERS.forEach(({ name, shape }, i) => (model.getLayer(name).weights[0].write(tf.tensor(values[i], shape)))));
    writeFileSync(`${path}.sqz`, (await timed('pack', () => pack(model))).bytes);
    memory ||= mostMemory();
  }
  const floats = Buffer.concat(values.map(({ buffer }) => new Uint8Array(buffer)));
  for (let round = 0; round < ROUNDS; round++) writeFileSync(`${path}.gz`, await timed('gzip', () => gzipSync(floats)));
  print({ start, memory, weights: weights.reduce((sum, layer) => sum + layer.length, 0) });
}

async function unpacking(path: string): Promise<void> {
  const [file, zipped] = [readFileSync(`${path}.sqz`), readFileSync(`${path}.gz`)];
  const start = mostMemory();
  let memory = 0;
  for (let round = 0; round < ROUNDS; round++) {
    (await timed('unpack', () => unpack(file))).dispose();
    memory ||= mostMemory();
  }
  for (let round = 0; round < ROUNDS; round++) await timed('gunzip', () => gunzipSync(zipped));
  print({ start, memory });
}

const [, , what, path] = process.argv;
void (what === 'pack' ? packing(path) : unpacking(path));
