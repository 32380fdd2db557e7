/** Convolutions over images, plain and depthwise, and their gradients. */
import * as tf from '@tensorflow/tfjs';
import { TraceError } from '../error';
import type { Graph, Value } from '../graph';
import { channelsFirst, fromPlanes, planesOf } from '../planes';
import { sumOverChunks, zerosOf } from '../repeat';
import { elementwise } from './elementwise';
import { type Lowerings, pointwise } from './lowering';
import { ACTIVATIONS } from './matmul';

type Info = tf.backend_util.Conv2DInfo;
type Window = { filter: number[]; strides: number[]; dilations: number[]; before: number[]; after: number[] };

/** Along height and width. */
export const windowOf = (info: Info  ): Window => ({
  filter: [info.filterHeight, info.filterWidth],
  strides: [info.strideHeight, info.strideWidth],
  dilations: [info.dilationHeight, info.dilationWidth],
  before: [info.padInfo.top, info.padInfo.left],
  after: [info.padInfo.bottom, info.padInfo.right],
});

interface Attributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dataFormat?: 'NHWC' | 'NCHW';
  dilations?: [number, number] | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function infoOf(inputShape: number[], filterShape: number[], { strides, pad, dataFormat, dilations, dimRoundingMode }: Attributes, depthwise = false): Info {
  const format = tf.backend_util.convertConv2DDataFormat(dataFormat ?? 'NHWC');
  return tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
    format,
  );
}

const isFirst = ({ dataFormat }: Attributes): boolean => dataFormat === 'NCHW';

/** The planes of a kernel's image operand in its own format, and a result of planes in that format. */
const planesIn = (graph: Graph, x: Value, attributes: Attributes): string => (isFirst(attributes) ? x.name : planesOf(graph, x));
const resultIn = (graph: Graph, planes: string, shape: number[], attributes: Attributes): Value => {
  if (!isFirst(attributes)) return fromPlanes(graph, planes, shape);
  graph.setShape(planes, shape);
  return { name: planes, shape, dtype: 'float32' };
};

/** `[batch, channels, height, width]` of the input and the output. */
const planeShapes = (info: Info): { input: number[]; output: number[] } => ({
  input: [info.batchSize, info.inChannels, info.inHeight, info.inWidth],
  output: [info.batchSize, info.outChannels, info.outHeight, info.outWidth],
});

/** A filter `[height, width, in, out]` as ONNX has it, `[out, in, height, width]`. */
const filterFirst = (graph: Graph, filter: string): string => graph.node('Transpose', [filter], { perm: [3, 2, 0, 1] });

function convolve(graph: Graph, x: Value, filter: Value, attributes: Attributes, bias?: Value): Value {
  const info = infoOf(x.shape, filter.shape, attributes);
  const { strides, dilations, before, after } = windowOf(info);
  const operands = [planesIn(graph, x, attributes), filterFirst(graph, filter.name)];
  if (bias?.shape.length === 1 && bias.shape[0] === info.outChannels) operands.push(bias.name);
  const planes = graph.node('Conv', operands, { strides, dilations, pads: [...before, ...after] });
  const result = resultIn(graph, planes, planeShapes(info).output, attributes);
  return bias && operands.length < 3 ? added(graph, result, bias) : result;
}

const added = (graph: Graph, a: Value, b: Value): Value => pointwise(elementwise.Add)(graph, { a, b }, {} as never);

/** A depthwise filter `[height, width, channels, multiplier]` as `[channels · multiplier, 1, height, width]`. */
function depthwiseFilter(graph: Graph, { name, shape: [height, width, channels, multiplier] }: Value): string {
  const moved = graph.node('Transpose', [name], { perm: [2, 3, 0, 1] });
  return graph.node('Reshape', [moved, graph.sizes([channels * multiplier, 1, height, width])]);
}

function convolveDepthwise(graph: Graph, x: Value, filter: Value, attributes: Attributes, bias?: Value): Value {
  const info = infoOf(x.shape, filter.shape, attributes, true);
  const { strides, dilations, before, after } = windowOf(info);
  const operands = [planesIn(graph, x, attributes), depthwiseFilter(graph, filter)];
  const planes = graph.node('Conv', operands, { strides, dilations, pads: [...before, ...after], group: info.inChannels });
  const result = resultIn(graph, planes, planeShapes(info).output, attributes);
  return bias ? added(graph, result, bias) : result;
}

/** What a transposed convolution must add after the last window, which a stride may have left out of it. */
const missed = (size: number[], output: number[], { filter, strides, dilations, before, after }: Window): number[] =>
  size.map((length, i) => length - ((output[i] - 1) * strides[i] + dilations[i] * (filter[i] - 1) + 1 - before[i] - after[i]));

/** The transpose of a convolution: what `dy` gives to the input. */
function spread(graph: Graph, dy: string, filter: string, info: Info, group = 1): string {
  const window = windowOf(info);
  const { strides, dilations, before, after } = window;
  // ONNX counts what the last stride left out by lessening the padding after it, and adding what that lacks.
  const left = missed([info.inHeight, info.inWidth], [info.outHeight, info.outWidth], window);
  const pads = [...before, ...after.map((pad, i) => Math.max(0, pad - left[i]))];
  const output_padding = left.map((length, i) => length - (after[i] - pads[2 + i]));
  const beyond = output_padding.some((length, i) => length >= Math.max(strides[i], dilations[i])) ? output_padding : undefined;
  const result = graph.node('ConvTranspose', [dy, filter], { strides, dilations, pads, group, ...(beyond ? {} : { output_padding }) });
  return beyond ? graph.node('Pad', [result, graph.sizes([0, 0, 0, 0, 0, 0, ...beyond])]) : result;
}

/** From how many channels on both sides the convolution with the turned filter is faster than the transposed convolution. */
const WIDE = 16;

function inputGradient(graph: Graph, dy: string, filter: Value, info: Info): string {
  const { filter: size, strides, before, after } = windowOf(info);
  const [height, width, channels, outputs] = filter.shape;
  const padded = [...before, ...after].map((pad, i) => size[i % 2] - 1 - pad);
  if (strides.some((stride) => stride > 1) || padded.some((pad) => pad < 0) || Math.min(channels, outputs) < WIDE) {
    return spread(graph, dy, filterFirst(graph, filter.name), info);
  }
  const turned = graph.node('Transpose', [filter.name], { perm: [2, 3, 0, 1] });
  const flipped =
    height * width === 1
      ? turned
      : graph.node('Slice', [turned, graph.sizes([-1, -1]), graph.sizes([-height - 1, -width - 1]), graph.sizes([2, 3]), graph.sizes([-1, -1])]);
  return graph.node('Conv', [dy, flipped], { pads: padded });
}

/** Values of the moved copies of the images in one chunk, about: what stays in a core's cache. */
const CHUNK = 2 ** 19;

/**
 * The gradient of a filter, `[height, width, in, out]`: dW[i, j] = Σ over images and pixels of dy · x moved by (i, j).
 *
 * The copies of `x` that are moved by each place in the window, times `dy`, are one matrix product for each image. Where the stride is 1,
 * only the moves along the width are copied, and the moves along the height are made of `dy`: 2 n copies in place of n².
 * Images go in chunks that stay in the cache.
 */
function filterGradient(graph: Graph, x: string, dy: string, info: Info): string {
  const { input, output } = planeShapes(info);
  const [batch, channels] = input;
  const [, outputs, outHeight, outWidth] = output;
  const { filter: [height, width], strides, dilations, before, after } = windowOf(info);
  const split = strides.every((stride) => stride === 1) && height > 1 && outHeight >= 2 * height && channels * width + outputs * height < channels * width * height;
  const reach = split ? outHeight + dilations[0] * (height - 1) : outHeight;
  const pixels = reach * outWidth;
  const [rows, columns] = split ? [height * outputs, width * channels] : [outputs, height * width * channels];
  const single = rows * columns > 2 ** 16;
  const most = Math.max(1, Math.floor(CHUNK / ((rows + columns) * pixels)));
  const chunk = divisor(batch, single && pixels >= 256 ? 1 : single ? Math.max(most, Math.ceil(512 / pixels)) : most);

  const product = (body: Graph, [images, gradients]: string[], sum: string): string => {
    const padded = [...before, ...after].some((pad) => pad > 0) ? body.node('Pad', [images, body.sizes([0, 0, ...before, 0, 0, ...after])]) : images;
    // A single image, or single product, needs the channels first of all.
    const together = single && chunk > 1;
    const front = (planes: string): string => (together ? body.node('Transpose', [planes], { perm: [1, 0, 2, 3] }) : planes);
    const axis = together ? 0 : 1;
    const source = front(padded);
    const from = (i: number, j: number): string => {
      const begin = split ? [j * dilations[1]] : [i * dilations[0], j * dilations[1]];
      const length = split ? [outWidth] : [(outHeight - 1) * strides[0] + 1, (outWidth - 1) * strides[1] + 1];
      const axes = split ? [3] : [2, 3];
      return body.node('Slice', [source, body.sizes(begin), body.sizes(begin.map((at, k) => at + length[k])), body.sizes(axes), body.sizes(split ? [1] : strides)]);
    };
    const moves = (split ? [0] : [...Array(height).keys()]).flatMap((i) => [...Array(width).keys()].map((j) => from(i, j)));
    const copies = moves.length > 1 ? body.node('Concat', moves, { axis }) : moves[0];
    const whole = front(gradients);
    const gradientCopies = split ? movedDown(body, whole, together ? [outputs, chunk] : [chunk, outputs], axis, height, dilations[0], outWidth) : whole;
    const shaped = (planes: string, channels: number): string =>
      body.node('Reshape', [planes, body.sizes(single ? [channels, chunk * pixels] : [chunk, channels, pixels])]);
    const [left, right] = [shaped(gradientCopies, rows), shaped(copies, columns)];
    if (single) return body.node('Gemm', [left, right, sum], { transB: 1 });
    const products = body.node('MatMul', [left, body.node('Transpose', [right], { perm: [0, 2, 1] })]);
    return body.node('Add', [sum, body.node('ReduceSum', [products, body.sizes([0])], { keepdims: 0 })]);
  };
  const sum = sumOverChunks(graph, [x, dy], [input, output], chunk, [rows, columns], product);
  const apart = graph.node('Reshape', [sum, graph.sizes(split ? [height, outputs, width, channels] : [outputs, height, width, channels])]);
  return graph.node('Transpose', [apart], { perm: split ? [0, 2, 3, 1] : [1, 2, 3, 0] });
}

/** Copies of `dy`, each moved down by one more row of the window, with zeros around. */
function movedDown(graph: Graph, dy: string, leading: number[], axis: number, height: number, dilation: number, width: number): string {
  const zeros = (rows: number): string[] => (rows ? [zerosOf(graph, [...leading, rows, width])] : []);
  const copies = [...Array(height).keys()].map((i) => graph.node('Concat', [...zeros(i * dilation), dy, ...zeros((height - 1 - i) * dilation)], { axis: 2 }));
  return graph.node('Concat', copies, { axis });
}

/** The largest divisor of `count` that is at most `most`. */
function divisor(count: number, most: number): number {
  for (let size = Math.min(count, most); size > 1; size--) if (count % size === 0) return size;
  return 1;
}

/** The activation of a fused kernel. */
function activated(graph: Graph, x: Value, { activation, leakyreluAlpha }: { activation: string; leakyreluAlpha?: number }, weights?: Value): Value {
  if (!activation || activation === 'linear') return x;
  if (activation === 'prelu' && weights && elementwise.Prelu) return pointwise(elementwise.Prelu)(graph, { x, alpha: weights }, {} as never);
  const kernel = ACTIVATIONS[activation];
  if (!kernel) throw new TraceError(`compile: the fused activation ${activation} has no lowering yet; apply it as an operation of its own`);
  return pointwise(elementwise[kernel])(graph, { x }, { alpha: leakyreluAlpha ?? 0.2 } as never);
}

/** dW of a depthwise convolution, `[height, width, channels, multiplier]`: a product and a sum for each place in the window. */
function depthwiseFilterGradient(graph: Graph, x: string, dy: string, info: Info, multiplier: number): string {
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

export const convolution: Lowerings = {
  Conv2D: (graph, { x, filter }, attributes: tf.Conv2DAttrs) => convolve(graph, x, filter, attributes),
  FusedConv2D: (graph, { x, filter, bias, preluActivationWeights }, attributes: tf.FusedConv2DAttrs) =>
    activated(graph, convolve(graph, x, filter, attributes, bias), attributes, preluActivationWeights),
  Conv2DBackpropInput: (graph, { dy, filter }, attributes: tf.Conv2DBackpropInputAttrs) => {
    const info = infoOf(attributes.inputShape, filter.shape, attributes);
    const planes = inputGradient(graph, planesIn(graph, dy, attributes), filter, info);
    return resultIn(graph, planes, planeShapes(info).input, attributes);
  },
  Conv2DBackpropFilter: (graph, { x, dy }, attributes: tf.Conv2DBackpropFilterAttrs) => {
    const shape: number[] = attributes.filterShape;
    const info = infoOf(x.shape, shape, attributes);
    const [images, gradient] = [x, dy].map((value) => planesIn(graph, value, attributes as Attributes));
    return { name: filterGradient(graph, images, gradient, info), shape, dtype: 'float32' };
  },

  DepthwiseConv2dNative: (graph, { x, filter }, attributes: tf.DepthwiseConv2dNativeAttrs) => convolveDepthwise(graph, x, filter, attributes),
  FusedDepthwiseConv2D: (graph, { x, filter, bias, preluActivationWeights }, attributes: tf.FusedDepthwiseConv2DAttrs) =>
    activated(graph, convolveDepthwise(graph, x, filter, attributes, bias), attributes, preluActivationWeights),
  DepthwiseConv2dNativeBackpropInput: (graph, { dy, filter }, attributes: tf.DepthwiseConv2dNativeBackpropInputAttrs) => {
    const info = infoOf(attributes.inputShape, filter.shape, attributes, true);
    return fromPlanes(graph, spread(graph, planesOf(graph, dy), depthwiseFilter(graph, filter), info, info.inChannels), channelsFirst(attributes.inputShape));
  },
  DepthwiseConv2dNativeBackpropFilter: (graph, { x, dy }, attributes: tf.DepthwiseConv2dNativeBackpropFilterAttrs) => {
    const shape: number[] = attributes.filterShape;
    const info = infoOf(x.shape, shape, attributes, true);
    return { name: depthwiseFilterGradient(graph, planesOf(graph, x), planesOf(graph, dy), info, shape[3]), shape, dtype: 'float32' };
  },
};
