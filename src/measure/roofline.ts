import type * as tf from '@tensorflow/tfjs';
import { bytesOf, fold, type Weighted } from '../engine/fold';
import { encodeModel, type Model } from '../engine/onnx';
import { freezeModel } from '../formats/exportOnnx';
import { progress, sizeOf } from '../system';
import { runner, timesOf } from './latency';
import { macs } from './macs';

/** What a machine can do at most, as far as ONNX Runtime gets at it. */
export interface Peaks {
  /** Floating-point operations a second; a multiplication with an addition counts as two. */
  operations: number;
  /** Bytes a second, between processor and memory. */
  bandwidth: number;
}

/** How fast a layer is by itself. */
export interface LayerSpeed {
  name: string;
  /** Milliseconds for a batch, a median. */
  milliseconds: number;
  /** Operations for each byte of weights, inputs and outputs, each moved once: its arithmetic intensity. */
  intensity: number;
  /** Operations a second. */
  operations: number;
}

export interface SpeedOptions {
  batch?: number;
  threads: number;
  runs?: number;
}

const floats = (name: string, shape: readonly number[]) => ({ name, shape, type: 'float32' as const });

async function secondsOf(graph: Model, threads: number, runs: number): Promise<number> {
  const { once, dispose } = await runner(encodeModel(graph), graph.inputs[0].shape[0], threads);
  for (let i = 0; i < 3; i++) await once();
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await once();
    times.push(performance.now() - start);
  }
  await dispose();
  return timesOf(times).median / 1000;
}

/**
 * The two roofs of this machine (Williams et al. 2009): operations a second of a product of two matrices of 1024 × 1024, and bytes a second of the negation of 64 MB, read and written.
 *
 * @param threads of the runtime
 */
export async function peaks(threads: number): Promise<Peaks> {
  const n = 1024;
  const square = floats('x', [n, n]);
  const product: Model = { inputs: [square], outputs: [floats('y', [n, n])], initializers: [{ ...square, name: 'w', bytes: bytesOf(new Float32Array(n * n).fill(0.5)) }], nodes: [{ op: 'Gemm', inputs: ['x', 'w'], outputs: ['y'], attributes: {} }] };
  const shape = [16, 1024, 1024];
  const negation: Model = { inputs: [floats('x', shape)], outputs: [floats('y', shape)], initializers: [], nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'], attributes: {} }] };
  return { operations: (2 * n ** 3) / (await secondsOf(product, threads, 10)), bandwidth: (2 * 4 * sizeOf(shape)) / (await secondsOf(negation, threads, 10)) };
}

/**
 * The speed of each convolution and dense layer of a net, run by itself with the ReLU behind it, beside its arithmetic intensity: 2 · MACs / bytes, of float32 weights `[...]`, inputs and outputs, each moved once. A layer of few operations a byte waits for memory, however fast the processor is: at most `peaks().bandwidth` · intensity operations a second.
 *
 * @param options `batch`: 1 if left out; `runs`: 20 if left out
 * @throws Error as `exportOnnx`
 */
export async function layerSpeeds(model: tf.LayersModel, { batch = 1, threads, runs = 20 }: SpeedOptions): Promise<LayerSpeed[]> {
  const { weighted } = fold(freezeModel('layerSpeeds', model).graph);
  const layers = macs(model);
  const shown = progress(`layers of ${model.name}`, layers.length, 'measurements');
  const speeds: LayerSpeed[] = [];
  for (const { name, macs, inputs, outputs, weights } of layers) {
    const own = [...weighted.values()].find((one) => one.name === `${name}/kernel`);
    if (!own) continue;
    const layer = model.getLayer(name);
    const [input, output] = [layer.input, layer.output].map((value) => channelsFirst([batch, ...((value as tf.SymbolicTensor).shape.slice(1) as number[])]));
    const seconds = await secondsOf(alone(own, input, output), threads, runs);
    const operations = 2 * macs * batch;
    speeds.push({ name, milliseconds: 1000 * seconds, intensity: operations / (4 * (batch * (inputs + outputs) + weights)), operations: operations / seconds });
    shown.update(speeds.length, name);
  }
  shown.end(`${speeds.length} layers, ${threads} threads, batch ${batch}`);
  return speeds;
}

const channelsFirst = (shape: number[]): number[] => (shape.length === 4 ? [shape[0], shape[3], shape[1], shape[2]] : shape);

/** A layer as a graph of its own, images with their channels first. */
function alone({ node, shape, values, bias }: Weighted, input: number[], output: number[]): Model {
  const initializers = [{ ...floats('w', shape), bytes: bytesOf(values) }, ...(bias ? [{ ...floats('b', [bias.length]), bytes: bytesOf(bias) }] : [])];
  return {
    inputs: [floats('x', input)],
    outputs: [floats('y', output)],
    initializers,
    nodes: [{ ...node, inputs: ['x', ...initializers.map(({ name }) => name)], outputs: ['sum'] }, { op: 'Relu', inputs: ['sum'], outputs: ['y'], attributes: {} }],
  };
}
