/** Binary products and whole binary nets beside float ones: `product 4096`, `mlp 2048` or `convnet`, then batches; prints milliseconds as JSON. */
import * as tf from '@tensorflow/tfjs';
import { binarize, foldNorms } from '../../src/compress';
import { firstImages, type Split } from '../../src/data';
import { compile } from '../../src/engine';
import { pack } from '../../src/formats';
import { infer } from '../../src/infer';
import { binaryMlp, bnnConvNet } from '../../src/models';
import { integers, key, normal } from '../../src/random';
import { sizeOf } from '../../src/system';
import { parametrizeAll } from '../../src/weights';
import { bitProduct } from './bitProduct';
import { type FloatKernel, floatProduct, type FloatProduct } from './floatKernels';
import { inTurns, median } from './turns';

export const PEERS = ['bits', 'bits, all', 'scalar', 'simd', 'runtime', 'runtime, all'] as const;
export type Peer = (typeof PEERS)[number];

export interface Measured {
  batch: number;
  /** Median milliseconds of a run. */
  times: Partial<Record<Peer, number>>;
  /** Medians over the rounds of other / bits, on as many cores, both in the same round. */
  ratios: Partial<Record<Peer, number>>;
}

type Runs = Partial<Record<Peer, () => unknown>>;

const [, , what, size, rounds, ...batches] = process.argv;
const ALL = process.env.SQUEEZELAB_THREADS!;

/** A program of ONNX Runtime, on one core or on all. */
async function runtime(fn: (x: tf.Tensor) => tf.Tensor, shape: number[], x: Float32Array, threads: string): Promise<() => Promise<void>> {
  process.env.SQUEEZELAB_THREADS = threads;
  const program = await compile(fn, [{ shape }]);
  process.env.SQUEEZELAB_THREADS = ALL;
  return async () => (await program(x)).dispose();
}

/** One product of signs. */
function products(units: number): (batch: number) => Promise<Runs> {
  const signs = (seed: number, length: number): Float32Array => normal(key(seed), length).map((value) => (value < 0 ? -1 : 1));
  const weights = signs(1, units * units);
  const kernel = tf.tensor2d(weights, [units, units]);
  return async (batch) => {
    const x = signs(2, batch * units);
    const float = await floatProduct(weights, [units, units], batch);
    const bits = await bitProduct(weights, [units, units], x);
    const matMul = (threads: string): Promise<() => Promise<void>> => runtime((x) => tf.matMul(x, kernel), [batch, units], x, threads);
    return { bits: () => bits(1), 'bits, all': () => bits(Number(ALL)), scalar: () => float('scalar', x), simd: () => float('simd', x), runtime: await matMul('1'), 'runtime, all': await matMul(ALL) };
  };
}

/** A whole net, from its file. */
async function nets(model: tf.LayersModel): Promise<(batch: number) => Promise<Runs>> {
  parametrizeAll(model, binarize());
  const folded = foldNorms(model);
  const net = await infer(pack(folded).bytes);
  const most = Math.max(...batches.map(Number));
  const split: Split = { images: Uint8Array.from(integers(key(3), most * sizeOf(net.shape), 256)), labels: new Uint8Array(most), count: most, shape: net.shape };
  return async (batch) => {
    const part = firstImages(split, batch);
    const x = Float32Array.from(part.images, (pixel) => pixel / 255);
    const graph = (threads: string): Promise<() => Promise<void>> => runtime((x) => folded.apply(x) as tf.Tensor, [batch, ...net.shape], x, threads);
    const run = net.shape.length === 1 ? await floatNet(folded, batch) : undefined;
    const floats: Runs = run ? { scalar: () => run('scalar', x), simd: () => run('simd', x) } : {};
    return { bits: () => net.logits(part, { threads: 1 }), 'bits, all': () => net.logits(part), ...floats, runtime: await graph('1'), 'runtime, all': await graph(ALL) };
  };
}

/** The folded perceptron by float kernels in WebAssembly; the last layer's outputs are filled up to a multiple of four. */
async function floatNet(folded: tf.LayersModel, batch: number): Promise<(kernel: FloatKernel, x: Float32Array) => Float32Array> {
  const layers: { product: FloatProduct; limits?: Float32Array; directions?: Float32Array }[] = [];
  for (const layer of folded.layers) {
    const [first, second] = layer.getWeights().map((weight) => weight.dataSync<'float32'>());
    if (layer.getClassName() === 'Threshold') Object.assign(layers.at(-1)!, { limits: first, directions: second });
    if (layer.getClassName() !== 'Dense') continue;
    const [inputs, outputs] = layer.getWeights()[0].shape;
    const padded = 4 * Math.ceil(outputs / 4);
    const weights = Float32Array.from({ length: inputs * padded }, (_, i) => (i % padded < outputs ? first[Math.floor(i / padded) * outputs + (i % padded)] : 0));
    layers.push({ product: await floatProduct(weights, [inputs, padded], batch) });
  }
  return (kernel, x) =>
    layers.reduce((values, { product, limits, directions }) => {
      const sums = product(kernel, values);
      if (limits && directions) for (let i = 0, output = 0; i < sums.length; i++, output = output + 1 < limits.length ? output + 1 : 0) sums[i] = directions[output] * (sums[i] - limits[output]) >= 0 ? 1 : -1;
      return sums;
    }, x);
}

async function main(): Promise<void> {
  const units = Number(size);
  const runsAt = what === 'product' ? products(units) : await nets(what === 'mlp' ? binaryMlp(key(1), [784, units, units, units, 10]) : bnnConvNet(key(1), { width: 1 / 4 }));
  for (const batch of batches.map(Number)) {
    const peers = (await runsAt(batch)) as Record<Peer, () => unknown>;
    const times = await inTurns(peers, { rounds: Number(rounds), turn: 30 });
    const names = PEERS.filter((name) => name in peers);
    const measured: Measured = {
      batch,
      times: Object.fromEntries(names.map((name) => [name, median(times[name])])),
      ratios: Object.fromEntries(names.map((name) => [name, median(times[name].map((time, round) => time / times[name.endsWith('all') ? 'bits, all' : 'bits'][round]))])),
    };
    console.log(JSON.stringify(measured));
  }
}

void main();
