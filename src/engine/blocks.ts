/**
 * Convolutions on blocks of channels. ONNX Runtime's fastest convolution (domain `com.microsoft.nchwc`) reads images whose
 * channels lie in blocks, as many as fit one vector of the processor. The runtime itself uses it only where the filter is constant; in a
 * training it is not. So each convolution whose channels fill whole blocks is written as: reorder the images, reorder the filter, convolve,
 * reorder back. Such a graph is for this machine alone; the ONNX file that a program gives away is not made of it.
 */
import * as ort from 'onnxruntime-node';
import { Graph } from './graph';
import { encodeModel, type Node } from './onnx';

const DOMAIN = 'com.microsoft.nchwc';

/** A filter `[out, in, height, width]` in blocks: `[out / b, in / b, height, width, in b, out b]`, the input's blocks left out where it has fewer channels. */
function blockedFilter(graph: Graph, filter: string, [outputs, channels, ...window]: readonly number[], block: number): string {
  const [apart, perm] =
    channels < block
      ? [[outputs / block, block, channels, ...window], [0, 2, 3, 4, 1]]
      : [[outputs / block, block, channels / block, block, ...window], [0, 2, 4, 5, 3, 1]];
  const moved = graph.node('Transpose', [graph.node('Reshape', [filter, graph.sizes(apart)])], { perm });
  return graph.node('Reshape', [moved, graph.sizes([outputs, channels, ...window])]);
}

/** Appends the convolution `node` in blocks. */
function convolve(graph: Graph, { inputs: [images, filter, ...bias], outputs, attributes }: Node, shape: readonly number[], block: number): void {
  const [count, channels, ...window] = shape;
  const input = channels < block ? images : graph.node(`${DOMAIN}:ReorderInput`, [images]);
  const inBlocks = graph.node(`${DOMAIN}:Conv`, [input, blockedFilter(graph, filter, shape, block), ...bias], { ...attributes, kernel_shape: window });
  graph.nodes.push({ op: `${DOMAIN}:ReorderOutput`, inputs: [inBlocks], outputs, attributes: { channels: count } });
}

/** Rewrites the convolutions of `graph` that this machine can do in blocks. */
export async function useBlocks(graph: Graph): Promise<void> {
  const convolutions = graph.nodes.filter(({ op }) => op === 'Conv');
  if (!convolutions.length) return;
  const block = await (blockSize ??= measureBlock());
  if (block === undefined) return;
  const nodes = graph.nodes.splice(0, Infinity);
  for (const node of nodes) {
    const shape = graph.shapeOf(node.inputs[1]);
    const whole = node.op === 'Conv' && !node.attributes.group && shape && shape[0] % block === 0 && (shape[1] % block === 0 || shape[1] < block);
    if (whole) convolve(graph, node, shape, block);
    else graph.nodes.push(node);
  }
}

let blockSize: Promise<number | undefined> | undefined;

/** The block of this machine: the one with which a small convolution comes out right. */
async function measureBlock(): Promise<number | undefined> {
  const shape = [16, 16, 2, 2];
  const input = { name: 'x', shape: [1, 16, 3, 3], dtype: 'float32' as const };
  const values = Float32Array.from({ length: 144 }, (_, i) => ((i * 37) % 101) / 101);
  const run = async (block?: number): Promise<string | undefined> => {
    const graph = new Graph();
    graph.input(input);
    const filter = graph.constant(Float32Array.from({ length: 1024 }, (_, i) => ((i * 61) % 97) / 97 - 0.5), shape, 'float32');
    const node: Node = { op: 'Conv', inputs: ['x', filter], outputs: ['y'], attributes: {} };
    if (block) convolve(graph, node, shape, block);
    else graph.nodes.push(node);
    graph.outputs.push({ name: 'y', shape: [1, 16, 2, 2], type: 'float32' });
    try {
      const session = await ort.InferenceSession.create(encodeModel(graph), { intraOpNumThreads: 1, logSeverityLevel: 4 });
      const { y } = await session.run({ x: new ort.Tensor('float32', values, input.shape) });
      await session.release();
      return Array.from(y.data as Float32Array, (value) => value.toFixed(3)).join();
    } catch {
      return undefined;
    }
  };
  const expected = await run();
  for (const block of [16, 8]) if ((await run(block)) === expected) return block;
  return undefined;
}
