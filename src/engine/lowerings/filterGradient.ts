/** The gradients of convolutions by their filters. */
import { blocksLeave, EXCHANGED, FILTER_LAST } from '../blocks';
import type { Graph } from '../graph';
import { sumOverChunks, zerosOf } from '../chunks';
import { type Info, planeShapes, windowOf } from './window';

/** Values of the moved copies of the images in one chunk, about: what stays in a core's cache. */
const CHUNK = 2 ** 20;

/** A product of matrices from this size on is worth a call for every image. */
const LARGE = 2 ** 15;

/**
 * The gradient of a filter, `[height, width, in, out]`: dW[i, j] = Σ over images and pixels of dy · x moved by (i, j). Where this machine convolves in blocks
 * of channels, as many images as fill blocks make a convolution, and so do those left over; elsewhere it is a product of matrices.
 */
export function filterGradient(graph: Graph, x: string, dy: string, info: Info): string {
  const { batchSize: batch } = info;
  const left = blocksLeave(batch);
  if (left === undefined || left === batch || blocksLeave(info.outChannels) !== 0) return byProduct(graph, x, dy, info);
  if (left === 0) return byConvolution(graph, x, dy, info);
  const parts = [batch - left, left];
  const [images, gradients] = [x, dy].map((name) => graph.nodeOf(2, 'Split', [name, graph.sizes(parts)], { axis: 0 }));
  const [most, rest] = parts.map((count, i) => byConvolution(graph, images[i], gradients[i], { ...info, batchSize: count }));
  return graph.node('Add', [most, rest]);
}

/**
 * As a convolution: with batch and channels exchanged, `x` `[in, batch, ...]` convolved by `dy` `[out, batch, ...]`, strides and dilations exchanged too,
 * is dW `[in, out, height, width]`. It makes no moved copies of the images.
 */
function byConvolution(graph: Graph, x: string, dy: string, info: Info): string {
  const { input, output } = planeShapes(info);
  const { filter, strides, dilations, before } = windowOf(info);
  const reach = [0, 1].map((i) => (output[2 + i] - 1) * strides[i] + (filter[i] - 1) * dilations[i] + 1);
  const after = reach.map((length, i) => Math.max(0, length - before[i] - input[2 + i]));
  const shape = input.map((length, i) => (i < 2 ? length : before[i - 2] + length + after[i - 2]));
  const padded = [...before, ...after].some((pad) => pad > 0) ? graph.node('Pad', [x, graph.sizes([0, 0, ...before, 0, 0, ...after])]) : x;
  const exchange = (name: string, [first, second, ...rest]: number[]): string => {
    const moved = graph.node('Transpose', [name], { perm: EXCHANGED });
    graph.setShape(moved, [second, first, ...rest]);
    return moved;
  };
  const result = graph.node('Conv', [exchange(padded, shape), exchange(dy, output)], { strides: dilations, dilations: strides });
  // Pixels that no window reached give places beyond the filter.
  const whole = reach.every((length, i) => shape[2 + i] - length < dilations[i]);
  const cut = whole ? result : graph.node('Slice', [result, graph.sizes([0, 0]), graph.sizes(filter), graph.sizes([2, 3])]);
  const last = graph.node('Transpose', [cut], { perm: FILTER_LAST });
  graph.setShape(last, [...filter, info.inChannels, info.outChannels]);
  return last;
}

/**
 * As products of matrices.
 *
 * The copies of `x` that are moved by each place in the window, times `dy`, are one matrix product for each image. Where the stride is 1,
 * only the moves along the width are copied, and the moves along the height are made of `dy`: 2 n copies in place of n².
 * Images go in chunks that stay in the cache.
 */
function byProduct(graph: Graph, x: string, dy: string, info: Info): string {
  const { input, output } = planeShapes(info);
  const [batch, channels] = input;
  const [, outputs, outHeight, outWidth] = output;
  const { filter: [height, width], strides, dilations } = windowOf(info);
  const ones = [...strides, ...dilations].every((step) => step === 1);
  const large = height * outputs * width * channels > LARGE;
  const split = ones && height > 1 && outHeight >= 2 * height && outputs < channels * width && (!large || outHeight * outWidth >= 256);
  const pixels = (split ? outHeight + height - 1 : outHeight) * outWidth;
  const [rows, columns] = split ? [outputs * height, channels * width] : [outputs, channels * height * width];
  const most = Math.max(1, Math.floor(CHUNK / ((rows + columns) * pixels)));
  const chunk = divisor(batch, large ? (split ? 1 : Math.max(most, Math.ceil(512 / pixels))) : most);

  const product = (body: Graph, [images, gradients]: string[], sum: string): string => {
    const copies = split ? movedRight(body, images, info) : movedAll(body, images, info);
    const gradientCopies = split ? movedDown(body, gradients, chunk, info) : gradients;
    if (!large) {
      const [left, right] = [[gradientCopies, rows], [copies, columns]] as const;
      const matrices = [left, right].map(([name, count]) => body.node('Reshape', [name, body.sizes([chunk, count, pixels])]));
      const products = body.node('MatMul', [matrices[0], body.node('Transpose', [matrices[1]], { perm: [0, 2, 1] })]);
      return body.node('Add', [sum, body.node('ReduceSum', [products, body.sizes([0])], { keepdims: 0 })]);
    }
    // The images of a chunk side by side are one matrix: its rows are what was axis 1.
    const matrix = (name: string, count: number): string => {
      const beside = chunk > 1 ? body.node('Transpose', [body.node('Reshape', [name, body.sizes([chunk, count, pixels])])], { perm: [1, 0, 2] }) : name;
      return body.node('Reshape', [beside, body.sizes([count, chunk * pixels])]);
    };
    return body.node('Gemm', [matrix(gradientCopies, rows), matrix(copies, columns), sum], { transB: 1 });
  };
  const sum = sumOverChunks(graph, [x, dy], [input, output], chunk, [rows, columns], product);
  const apart = graph.node('Reshape', [sum, graph.sizes([outputs, height, channels, width])]);
  return graph.node('Transpose', [apart], { perm: [1, 3, 2, 0] });
}

/** Copies of the padded images, moved by each place along the width: `[batch, in · width, height, width]`. A convolution with ones is the fastest copier. */
function movedRight(graph: Graph, x: string, info: Info): string {
  const { filter: [, width], before, after } = windowOf(info);
  const { inChannels: channels } = info;
  const pick = Array.from({ length: channels * width * width }, (_, i) => +(Math.floor(i / width) % width === i % width));
  const filter = graph.constant(pick, [channels * width, 1, 1, width], 'float32');
  return graph.node('Conv', [x, filter], { group: channels, pads: [...before, ...after] });
}

/** Copies of `dy`, moved down by each row of the window, with zeros around: `[batch, out · window's height, height, width]`. */
function movedDown(graph: Graph, dy: string, batch: number, info: Info): string {
  const { filterHeight, outChannels, outWidth } = info;
  const zeros = zerosOf(graph, [batch, outChannels, filterHeight, outWidth]);
  return graph.node('Concat', Array.from({ length: 2 * filterHeight - 1 }, (_, i) => (i % 2 ? zeros : dy)), { axis: 2 });
}

/** Copies of the padded images, moved by each place in the window, of the result's size: `[batch, height · in · width, height, width]`. */
function movedAll(graph: Graph, x: string, info: Info): string {
  const { filter: [height, width], strides, dilations, before, after } = windowOf(info);
  const slice = (name: string, begin: number[], lengths: number[], axes: number[], steps: number[]): string => {
    const ends = begin.map((at, i) => at + (lengths[i] - 1) * steps[i] + 1);
    return graph.node('Slice', [name, graph.sizes(begin), graph.sizes(ends), graph.sizes(axes), graph.sizes(steps)]);
  };
  const concat = (copies: string[]): string => (copies.length > 1 ? graph.node('Concat', copies, { axis: 1 }) : copies[0]);
  if ([...strides, ...dilations].every((step) => step === 1)) {
    const right = movedRight(graph, x, info);
    return height === 1 ? right : concat(Array.from({ length: height }, (_, row) => slice(right, [row], [info.outHeight], [2], [1])));
  }
  const padded = graph.node('Pad', [x, graph.sizes([0, 0, ...before, 0, 0, ...after])]);
  const rows = Array.from({ length: height }, (_, row) => {
    const moved = Array.from({ length: width }, (_, column) =>
      graph.node('Unsqueeze', [slice(padded, [row * dilations[0], column * dilations[1]], [info.outHeight, info.outWidth], [2, 3], strides), graph.sizes([2])]),
    );
    const beside = moved.length > 1 ? graph.node('Concat', moved, { axis: 2 }) : moved[0];
    return graph.node('Reshape', [beside, graph.sizes([0, info.inChannels * width, info.outHeight, info.outWidth])]);
  });
  return concat(rows);
}

/** The largest divisor of `count` that is at most `most`. */
function divisor(count: number, most: number): number {
  for (let size = Math.min(count, most); size > 1; size--) if (count % size === 0) return size;
  return 1;
}

/** dW of a depthwise convolution, `[height, width, channels, multiplier]`: a product and a sum for each place in the window. */
export function depthwiseFilterGradient(graph: Graph, x: string, dy: string, info: Info, multiplier: number): string {
  const { filter: [height, width], strides, dilations, before, after } = windowOf(info);
  const { batchSize: batch, inChannels: channels, outHeight, outWidth } = info;
  const padded = graph.node('Pad', [x, graph.sizes([0, 0, ...before, 0, 0, ...after])]);
  const apart = (planes: string, copies: number): string => graph.node('Reshape', [planes, graph.sizes([batch, channels, copies, outHeight, outWidth])]);
  const gradient = apart(dy, multiplier);
  const sums = [...Array(height * width).keys()].map((place) => {
    const begin = [Math.floor(place / width) * dilations[0], (place % width) * dilations[1]];
    const end = begin.map((at, i) => at + ([outHeight, outWidth][i] - 1) * strides[i] + 1);
    const moved = graph.node('Slice', [padded, graph.sizes(begin), graph.sizes(end), graph.sizes([2, 3]), graph.sizes(strides)]);
    const sum = graph.node('ReduceSum', [graph.node('Mul', [gradient, apart(moved, 1)]), graph.sizes([0, 3, 4])], { keepdims: 0 });
    return graph.node('Unsqueeze', [sum, graph.sizes([0])]);
  });
  return graph.node('Reshape', [graph.node('Concat', sums, { axis: 0 }), graph.sizes([height, width, channels, multiplier])]);
}
