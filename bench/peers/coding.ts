/** Codes and decodes drawn weights of AlexNet's shapes, beside gzip; prints medians over the rounds as JSON. */
import { gunzipSync, gzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs';
import { kmeans, pack, unpack } from '../../src/compress';
import { foldIn, key, normal } from '../../src/random';

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
  const weights = normal(foldIn(key(1), name), size, { deviation: 0.02 });
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

async function main(): Promise<void> {
  const seconds: Record<string, number[]> = {};
  async function timed<T>(what: string, run: () => T | Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await run();
    (seconds[what] ??= []).push((performance.now() - start) / 1000);
    return result;
  }

  const weights = LAYERS.map(({ name, shape, density }) => pruned(name, tf.util.sizeFromShape(shape), density));
  const model = alexNetShapes();
  const sizes: Record<string, number> = {};
  for (let round = 0; round < 3; round++) {
    const values = await timed('k-means', () => weights.map((layer, i) => shared(layer, LAYERS[i].bits)));
    tf.tidy(() => LAYERS.forEach(({ name, shape }, i) => (model.getLayer(name).weights[0].write(tf.tensor(values[i], shape)))));
    const { bytes } = await timed('pack', () => pack(model));
    (await timed('unpack', () => unpack(bytes))).dispose();
    const floats = Buffer.concat(values.map(({ buffer }) => new Uint8Array(buffer)));
    const zipped = await timed('gzip', () => gzipSync(floats));
    await timed('gunzip', () => gunzipSync(zipped));
    Object.assign(sizes, { pack: bytes.length, gzip: zipped.length });
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  const weightCount = weights.reduce((sum, layer) => sum + layer.length, 0);
  console.log(JSON.stringify({ weights: weightCount, sizes, seconds: Object.fromEntries(Object.entries(seconds).map(([what, values]) => [what, median(values)])), memory: process.resourceUsage().maxRSS / 1024 }));
}

void main();
