/**
 * Convolutions on blocks of channels. ONNX Runtime's fastest convolution (domain `com.microsoft.nchwc`) reads images whose
 * channels lie in blocks, as many as fit one vector of the processor. The runtime itself uses it only where the filter is constant; in a
 * training it is not. So each convolution whose channels fill whole blocks is written as: reorder the images, reorder the filter, convolve,
 * reorder back. Such a graph is for this machine alone; the ONNX file that a program gives away is not made of it.
 */
import { Graph } from './graph';
import { encodeModel, type Node } from './onnx';
import { removeUnused } from './optimize';
import { bufferOf, open } from './runtime';

const DOMAIN = 'com.microsoft.nchwc';

/** Of images and gradients whose batch and channels are exchanged, so that their convolution is a filter's gradient `[in, out, height, width]`; and of that one as tfjs keeps it. */
export const EXCHANGED = [1, 0, 2, 3];
export const FILTER_LAST = [2, 3, 0, 1];

const SAME = [0, 1, 2, 3];

/** A value as a transpose of another: its axis i is axis perm[i] of the source. */
interface View {
  source: string;
  perm: readonly number[];
}

const isExchanged = ({ perm }: View): boolean => String(perm) === String(EXCHANGED);
const transposesBy = ({ op, attributes }: Node, perm: readonly number[]): boolean => op === 'Transpose' && Array.isArray(attributes.perm) && attributes.perm.join() === perm.join();

/** Writes convolutions in blocks, and remembers what is in blocks already. */
class Blocks {
  /** Values whose channels are in blocks already. */
  private readonly reordered = new Map<string, string>();
  private readonly views = new Map<string, View>();

  constructor(
    private readonly graph: Graph,
    private readonly block: number,
    nodes: readonly Node[],
  ) {
    for (const { op, inputs, outputs, attributes } of nodes) {
      if (op === 'Transpose') this.views.set(outputs[0], { source: inputs[0], perm: attributes.perm as number[] });
    }
  }

  private view(name: string): View {
    return this.views.get(name) ?? { source: name, perm: SAME };
  }

  private reshape(name: string, shape: number[]): string {
    return this.graph.node('Reshape', [name, this.graph.sizes(shape)]);
  }

  private reorder(name: string, shape?: number[]): string {
    const key = `${name} ${shape?.join()}`;
    const made = this.reordered.get(key) ?? this.graph.node(`${DOMAIN}:ReorderInput`, [shape ? this.reshape(name, shape) : name]);
    this.reordered.set(key, made);
    return made;
  }

  /** Images `[batch, channels, ...]` in blocks: `[batch, channels / block, ..., block]`. Of exchanged ones the source's batch makes the blocks. */
  private images(name: string, [batch, channels, height, width]: readonly number[]): string {
    const view = this.view(name);
    if (channels < this.block) return name;
    if (!isExchanged(view)) return this.reorder(name);
    const groups = channels / this.block;
    const reordered = this.reorder(view.source, [groups, this.block, batch, height * width]);
    const flat = this.reshape(reordered, [groups, batch, height * width * this.block]);
    return this.reshape(this.graph.node('Transpose', [flat], { perm: [1, 0, 2] }), [batch, channels, height, width]);
  }

  /** A filter `[out, in, ...]` in blocks: `[out / block, in / block, ..., block of in, block of out]`; of fewer channels than a block, `[out / block, in, ..., block of out]`. */
  private filter(name: string, shape: readonly number[]): string {
    const { block } = this;
    const view = this.view(name);
    const [outputs, channels, height, width] = shape;
    if (isExchanged(view) && channels >= block) {
      const apart = this.reshape(this.reorder(view.source), [channels / block, block, outputs / block, height * width, block]);
      return this.reshape(this.graph.node('Transpose', [apart], { perm: [2, 0, 3, 1, 4] }), [...shape]);
    }
    // The source with each of the two axes as blocks: where its parts lie, by the filter's axis.
    const parts = SAME.map((axis) => (axis === 0 || (axis === 1 && channels >= block) ? [shape[axis] / block, block] : [shape[axis]]));
    const order = SAME.map((axis) => view.perm.indexOf(axis));
    const at = SAME.map((axis) => order.slice(0, view.perm[axis]).reduce((sum, before) => sum + parts[before].length, 0));
    const perm = [...at, ...(channels >= block ? [at[1] + 1] : []), at[0] + 1];
    const moved = this.graph.node('Transpose', [this.reshape(view.source, order.flatMap((axis) => parts[axis]))], { perm });
    return this.reshape(moved, [...shape]);
  }

  /** Appends the convolution `node` in blocks; with `last`, the name of its result as `[height, width, batch, out]`, that one in place of its own result. */
  convolve({ inputs: [images, filter, ...bias], outputs, attributes }: Node, last?: string): void {
    const [imageShape, shape] = [images, filter].map((name) => this.graph.shapeOf(name)!);
    const [count, , ...window] = shape;
    const result = this.graph.node(`${DOMAIN}:Conv`, [this.images(images, imageShape), this.filter(filter, shape), ...bias], { ...attributes, kernel_shape: window });
    if (last === undefined) {
      this.graph.nodes.push({ op: `${DOMAIN}:ReorderOutput`, inputs: [result], outputs, attributes: { channels: count } });
      return;
    }
    const [height, width, batch] = this.graph.shapeOf(last)!;
    const apart = this.reshape(result, [batch, count / this.block, height * width, this.block]);
    const moved = this.graph.node('Transpose', [apart], { perm: [2, 0, 1, 3] });
    this.graph.nodes.push({ op: 'Reshape', inputs: [moved, this.graph.sizes([height, width, batch, count])], outputs: [last], attributes: {} });
  }
}

/** Rewrites the convolutions of `graph` that this machine can do in blocks. */
export function useBlocks(graph: Graph): void {
  if (!block) return;
  const size = block;
  const nodes = graph.nodes.splice(0, Infinity);
  const blocks = new Blocks(graph, size, nodes);
  const fits = ({ op, inputs, attributes }: Node): boolean => {
    const shape = op === 'Conv' && !attributes.group ? graph.shapeOf(inputs[1]) : undefined;
    return shape !== undefined && blocksLeave(shape[0]) === 0 && (blocksLeave(shape[1]) === 0 || shape[1] < size);
  };
  /** What is made of a convolution's result if that is its one use: a filter's gradient as tfjs keeps it. */
  const lastOf = ({ outputs: [result] }: Node): Node | undefined => {
    const users = nodes.filter(({ inputs }) => inputs.includes(result));
    const isOutput = graph.outputs.some(({ name }) => name === result);
    return !isOutput && users.length === 1 && transposesBy(users[0], FILTER_LAST) ? users[0] : undefined;
  };
  const replaced = new Set<Node>();
  for (const node of nodes) {
    if (replaced.has(node)) continue;
    if (!fits(node)) {
      graph.nodes.push(node);
      continue;
    }
    const last = lastOf(node);
    if (last) replaced.add(last);
    blocks.convolve(node, last?.outputs[0]);
  }
  removeUnused(graph);
}

/** How many of so many channels are left over when the others fill blocks; undefined on a machine without. */
export const blocksLeave = (channels: number): number | undefined => block && channels % block;

/** The block of this machine, once it is found and if there is one. */
let block: number | undefined;
let measuring: Promise<number | undefined> | undefined;

/** Finds the block of this machine, before the first program is traced. */
export async function findBlocks(): Promise<void> {
  block = await (measuring ??= measureBlock());
}

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
    graph.setShape('x', input.shape);
    if (block) new Blocks(graph, block, []).convolve(node);
    else graph.nodes.push(node);
    graph.outputs.push({ name: 'y', shape: [1, 16, 2, 2], type: 'float32' });
    try {
      const session = await open(encodeModel(graph), { threads: 1 });
      const { y } = await session.run({ x: bufferOf('float32', values, input.shape) }, { y: null });
      await session.dispose();
      return Array.from(y.data as Float32Array, (value) => value.toFixed(3)).join();
    } catch {
      return undefined;
    }
  };
  const expected = await run();
  for (const block of [16, 8]) if ((await run(block)) === expected) return block;
  return undefined;
}
