/** Images made larger or smaller, and normalised over neighbouring channels. */
import type * as tf from '@tensorflow/tfjs';
import { sizeOf } from '../../system';
import { TraceError } from '../error';
import type { Graph } from '../graph';
import { channelsFirst, fromPlanes, planesOf } from '../planes';
import { cast, type Lowering, type Lowerings } from './lowering';

/** The pixels that a resized one is made of, with their weights: of the place `at` in a row of `length`. */
type Kernel = (at: number, length: number) => [pixel: number, weight: number][];

interface Resize {
  alignCorners: boolean;
  halfPixelCenters: boolean;
}

const linear =
  ({ halfPixelCenters }: Resize): Kernel =>
  (at, length) => {
    const place = halfPixelCenters ? at - 0.5 : at;
    const low = Math.max(0, Math.floor(place));
    return [[low, 1 - (place - low)], [Math.min(length - 1, Math.ceil(place)), place - low]];
  };

const nearest =
  ({ alignCorners }: Resize): Kernel =>
  (at, length) => [[Math.min(length - 1, alignCorners ? Math.round(at) : Math.floor(at)), 1]];

/** The matrix `[to, from]` that resizes a row. */
function rowMatrix(graph: Graph, from: number, to: number, { alignCorners, halfPixelCenters }: Resize, kernel: Kernel): string {
  const corners = alignCorners && to > 1 ? 1 : 0;
  const scale = (from - corners) / (to - corners);
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    for (const [pixel, weight] of kernel(scale * (halfPixelCenters ? i + 0.5 : i), from)) matrix[i * from + pixel] += weight;
  }
  return graph.constant(matrix, [to, from], 'float32');
}

/** Both ways to resize are products with constant matrices, rows · image · columnsᵀ, and the gradients those with the transposes: a pixel that is not finite spreads. */
function resized(graph: Graph, planes: string, from: readonly number[], to: readonly number[], attributes: Resize, kernel: Kernel, transposed: boolean): string {
  const [rows, columns] = [0, 1].map((axis) => rowMatrix(graph, from[axis], to[axis], attributes, kernel));
  const turn = (matrix: string): string => graph.node('Transpose', [matrix], { perm: [1, 0] });
  const [left, right] = transposed ? [turn(rows), columns] : [rows, turn(columns)];
  return graph.node('MatMul', [graph.node('MatMul', [left, planes]), right]);
}

const resize =
  (kernel: (attributes: Resize) => Kernel, keepsType: boolean): Lowering =>
  (graph, { images }, attributes: tf.ResizeBilinearAttrs) => {
    const [batch, height, width, channels] = images.shape;
    const planes = planesOf(graph, cast(graph, images, 'float32'));
    const name = resized(graph, planes, [height, width], attributes.size, attributes, kernel(attributes), false);
    return cast(graph, fromPlanes(graph, name, [batch, channels, ...attributes.size]), keepsType ? images.dtype : 'float32');
  };

const resizeGradient =
  (kernel: (attributes: Resize) => Kernel): Lowering =>
  (graph, { images, dy }, attributes: tf.ResizeBilinearGradAttrs & Resize) => {
    const [from, to] = [images, dy].map(({ shape }) => shape.slice(1, 3));
    return fromPlanes(graph, resized(graph, planesOf(graph, dy), from, to, attributes, kernel(attributes), true), channelsFirst(images.shape));
  };

/** The sum over the channels at most `radius` away, of planes. */
function sumOfNeighbours(graph: Graph, planes: string, [batch, channels, ...image]: number[], radius: number): string {
  const size = 2 * radius + 1;
  const rows = graph.node('Reshape', [planes, graph.sizes([batch, 1, channels, sizeOf(image)])]);
  const mean = graph.node('AveragePool', [rows], { kernel_shape: [size, 1], pads: [radius, 0, radius, 0], count_include_pad: 1 });
  return graph.node('Reshape', [graph.node('Mul', [mean, graph.scalar(size)]), graph.sizes([batch, channels, ...image])]);
}

export const images: Lowerings = {
  ResizeBilinear: resize(linear, false),
  /** Ours are the gradients of the functions: tfjs forgets `halfPixelCenters` in its own, and mixes up height and width, or (of the nearest neighbour) the images. */
  ResizeBilinearGrad: resizeGradient(linear),
  ResizeNearestNeighbor: resize(nearest, true),
  ResizeNearestNeighborGrad: resizeGradient(nearest),

  DepthToSpace: (graph, { x }, { blockSize, dataFormat }: tf.DepthToSpaceAttrs) => {
    if (dataFormat === 'NCHW') throw new TraceError('compile: depthToSpace must have the data format NHWC, got NCHW; transpose its operand and its result');
    const [batch, height, width, channels] = x.shape;
    const depth = channels / blockSize ** 2;
    const apart = graph.node('Reshape', [planesOf(graph, x), graph.sizes([batch, blockSize, blockSize, depth, height, width])]);
    const moved = graph.node('Transpose', [apart], { perm: [0, 3, 4, 1, 5, 2] });
    const shape = [batch, depth, height * blockSize, width * blockSize];
    return fromPlanes(graph, graph.node('Reshape', [moved, graph.sizes(shape)]), shape, x.dtype);
  },

  /** y = x (bias + α Σ x²)^−β, summed over the channels at most `depthRadius` away (Krizhevsky et al. 2012, section 3.3). */
  LRN: (graph, { x }, { depthRadius, bias, alpha, beta }: tf.LRNAttrs) => {
    const size = 2 * depthRadius + 1;
    const name = graph.node('LRN', [planesOf(graph, x)], { size, bias: { float: bias }, alpha: { float: alpha * size }, beta: { float: beta } });
    return fromPlanes(graph, name, channelsFirst(x.shape));
  },
  /** With n = bias + α Σ x²: dx = dy n^−β − 2 α β x Σ dy y / n. */
  LRNGrad: (graph, { x, y, dy }, { depthRadius, bias, alpha, beta }: tf.LRNGradAttrs) => {
    const shape = channelsFirst(x.shape);
    const [source, result, gradient] = [x, y, dy].map((value) => planesOf(graph, value));
    const multiply = (a: string, b: string): string => graph.node('Mul', [a, b]);
    const sum = sumOfNeighbours(graph, multiply(source, source), shape, depthRadius);
    const norm = graph.node('Add', [multiply(sum, graph.scalar(alpha)), graph.scalar(bias)]);
    const direct = multiply(gradient, graph.node('Pow', [norm, graph.scalar(-beta)]));
    const shared = sumOfNeighbours(graph, graph.node('Div', [multiply(gradient, result), norm]), shape, depthRadius);
    return fromPlanes(graph, graph.node('Sub', [direct, multiply(multiply(source, graph.scalar(2 * alpha * beta)), shared)]), shape);
  },
};
