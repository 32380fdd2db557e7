import type * as tf from '@tensorflow/tfjs';
import { bytesOf, fold, type Weighted } from '../engine/fold';
import { encodeModel, type Model, type Node } from '../engine/onnx';
import { freezeModel } from '../formats/exportOnnx';
import { checkOptions, progress, threadsNow } from '../system';
import { checkNumbers, runner, timesOf } from './latency';
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

/** How `layerSpeeds` runs a layer. */
export interface SpeedOptions {
  batch?: number;
  threads?: number;
  runs?: number;
}

const floats = (name: string, shape: readonly number[]) => ({ name, shape, type: 'float32' as const });

async function secondsOf(graph: Model, threads: number, runs: number): Promise<number> {
  const { once, dispose } = await runner(encodeModel(graph), graph.inputs[0].shape[0], threads);
  try {
    for (let i = 0; i < 3; i++) await once();
    const times: number[] = [];
    for (let i = 0; i < runs; i++) {
      const start = performance.now();
      await once();
      times.push(performance.now() - start);
    }
    return timesOf(times).median / 1000;
  } finally {
    await dispose();
  }
}

/**
 * The two roofs of this machine (Williams et al. 2009): operations a second of a product of two matrices of 1024 × 1024, and bytes a second at which a product with one vector reads a matrix of 4096 × 4096, 64 MB.
 *
 * @param threads of the runtime
 */
export async function peaks(threads: number): Promise<Peaks> {
  const seconds = (rows: number, n: number) => {
    const values = new Float32Array(n * n).fill(0.5);
    return secondsOf(alone({ op: 'Gemm', attributes: {} }, [rows, n], { shape: [n, n], values }), threads, 10);
  };
  return { operations: (2 * 1024 ** 3) / (await seconds(1024, 1024)), bandwidth: (4 * 4096 ** 2) / (await seconds(1, 4096)) };
}

/**
 * The speed of each convolution and dense layer of a net, run by itself with the ReLU behind it, beside its arithmetic intensity: 2 · MACs / bytes, of float32 weights `[...]`, inputs and outputs, each moved once. A layer of few operations a byte waits for memory, however fast the processor is: at most `peaks().bandwidth` · intensity operations a second.
 *
 * @param options `batch`: 1 if left out; `threads`: all cores if left out, or as many as SQUEEZELAB_THREADS says; `runs`: 20 if left out
 * @returns of layers `conv2d` and of `dense` on `[batch, features]`; others are left out
 * @throws Error as `exportOnnx`; RangeError when a number is no whole one from 1
 */
export async function layerSpeeds(model: tf.LayersModel, options: SpeedOptions = {}): Promise<LayerSpeed[]> {
  checkOptions('layerSpeeds', options, ['batch', 'threads', 'runs']);
  const { batch = 1, threads = threadsNow(), runs = 20 } = options;
  checkNumbers('layerSpeeds', { batch, threads, runs });
  const { weighted } = fold(freezeModel('layerSpeeds', model).graph);
  const layers = macs(model);
  const shown = progress(`layers of ${model.name}`, layers.length, 'measurements');
  const speeds: LayerSpeed[] = [];
  for (const { name, macs, inputs, outputs, weights } of layers) {
    const own = [...weighted.values()].find((one) => one.name === `${name}/kernel`);
    const { rank } = model.getLayer(name).input as tf.SymbolicTensor;
    if (!own || rank !== own.shape.length || model.getLayer(name).getConfig().dataFormat === 'channelsFirst') continue;
    const input = channelsFirst([batch, ...((model.getLayer(name).input as tf.SymbolicTensor).shape.slice(1) as number[])]);
    const seconds = await secondsOf(alone(own.node, input, own), threads, runs);
    const operations = 2 * macs * batch;
    speeds.push({ name, milliseconds: 1000 * seconds, intensity: operations / (4 * (batch * (inputs + outputs) + weights)), operations: operations / seconds });
    shown.update(speeds.length, name);
  }
  shown.end(`${speeds.length} layers, ${threads} threads, batch ${batch}`);
  return speeds;
}

const channelsFirst = (shape: number[]): number[] => (shape.length === 4 ? [shape[0], shape[3], shape[1], shape[2]] : shape);

/** A layer as a graph of its own, images with their channels first, and a ReLU behind it. It gives on the first of its values alone: a copy of all would take longer than many a layer. */
function alone({ op, attributes }: Pick<Node, 'op' | 'attributes'>, input: number[], { shape, values, bias }: Pick<Weighted, 'shape' | 'values' | 'bias'>): Model {
  const operands = [{ ...floats('w', shape), bytes: bytesOf(values) }, ...(bias ? [{ ...floats('b', [bias.length]), bytes: bytesOf(bias) }] : [])];
  const ends = (name: string, at: number) => ({ name, shape: [input.length], type: 'int64' as const, bytes: bytesOf(BigInt64Array.from(input, () => BigInt(at))) });
  return {
    inputs: [floats('x', input)],
    outputs: [floats('y', input.map(() => 1))],
    initializers: [...operands, ends('from', 0), ends('to', 1)],
    nodes: [
      { op, inputs: ['x', ...operands.map(({ name }) => name)], outputs: ['sum'], attributes },
      { op: 'Relu', inputs: ['sum'], outputs: ['all'], attributes: {} },
      { op: 'Slice', inputs: ['all', 'from', 'to'], outputs: ['y'], attributes: {} },
    ],
  };
}
