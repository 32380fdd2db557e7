/** Convolutions over images, plain and depthwise, and their gradients. */
import * as tf from '@tensorflow/tfjs';
import { blocksLeave } from '../blocks';
import type { Graph, Value } from '../graph';
import { channelsFirst, fromPlanes, planesOf } from '../planes';
import { elementwise } from './elementwise';
import { type Lowerings, pointwise, reshape } from './lowering';
import { depthwiseFilterGradient, filterGradient } from './filterGradient';
import { activated } from './matmul';
import { checkGradient, type Info, planeShapes, windowOf, type Window } from './window';

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

/** A filter `[height, width, in, out]` as ONNX has it, `[out, in, height, width]`. */
function filterFirst(graph: Graph, { name, shape: [height, width, channels, outputs] }: Value): string {
  const moved = graph.node('Transpose', [name], { perm: [3, 2, 0, 1] });
  graph.setShape(moved, [outputs, channels, height, width]);
  return moved;
}

function convolve(graph: Graph, x: Value, filter: Value, attributes: Attributes, bias?: Value): Value {
  const info = infoOf(x.shape, filter.shape, attributes);
  const { strides, dilations, before, after } = windowOf(info);
  const operands = [planesIn(graph, x, attributes), filterFirst(graph, filter)];
  if (bias?.shape.length === 1 && bias.shape[0] === info.outChannels) operands.push(bias.name);
  const planes = graph.node('Conv', operands, { strides, dilations, pads: [...before, ...after] });
  const result = resultIn(graph, planes, planeShapes(info).output, attributes);
  return bias && operands.length < 3 ? added(graph, result, perChannel(graph, bias, attributes)) : result;
}

/** A value for each channel, to be broadcast over images whose channels come first as over others. */
function perChannel<V extends Value | undefined>(graph: Graph, x: V, attributes: Attributes): V | Value {
  return x && isFirst(attributes) && x.shape.length === 1 && x.shape[0] > 1 ? reshape(graph, x, [x.shape[0], 1, 1]) : x;
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
  return bias ? added(graph, result, perChannel(graph, bias, attributes)) : result;
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

/** Whether a convolution with the turned filter is faster than the transposed convolution: with whole blocks of channels, or many. */
const isWide = (channels: number): boolean => blocksLeave(channels) === 0 || channels >= 64;

function inputGradient(graph: Graph, dy: string, filter: Value, info: Info): string {
  const { filter: size, strides, before, after } = windowOf(info);
  const [height, width, channels, outputs] = filter.shape;
  const padded = [...before, ...after].map((pad, i) => size[i % 2] - 1 - pad);
  if (strides.some((stride) => stride > 1) || padded.some((pad) => pad < 0) || !isWide(channels) || !isWide(outputs)) {
    return spread(graph, dy, filterFirst(graph, filter), info);
  }
  const flipped =
    height * width === 1
      ? filter.name
      : graph.node('Slice', [filter.name, graph.sizes([-1, -1]), graph.sizes([-height - 1, -width - 1]), graph.sizes([0, 1]), graph.sizes([-1, -1])]);
  const turned = graph.node('Transpose', [flipped], { perm: [2, 3, 0, 1] });
  graph.setShape(turned, [channels, outputs, height, width]);
  return graph.node('Conv', [dy, turned], { pads: padded });
}

export const convolution: Lowerings = {
  Conv2D: (graph, { x, filter }, attributes: tf.Conv2DAttrs) => convolve(graph, x, filter, attributes),
  FusedConv2D: (graph, { x, filter, bias, preluActivationWeights }, attributes: tf.FusedConv2DAttrs) =>
    activated(graph, convolve(graph, x, filter, attributes, bias), attributes, perChannel(graph, preluActivationWeights, attributes)),
  Conv2DBackpropInput: (graph, { dy, filter }, attributes: tf.Conv2DBackpropInputAttrs) => {
    const info = infoOf(attributes.inputShape, filter.shape, attributes);
    checkGradient(dy, info);
    const planes = inputGradient(graph, planesIn(graph, dy, attributes), filter, info);
    return resultIn(graph, planes, planeShapes(info).input, attributes);
  },
  Conv2DBackpropFilter: (graph, { x, dy }, attributes: tf.Conv2DBackpropFilterAttrs) => {
    const shape: number[] = attributes.filterShape;
    const info = infoOf(x.shape, shape, attributes);
    checkGradient(dy, info);
    const [images, gradient] = [x, dy].map((value) => planesIn(graph, value, attributes as Attributes));
    return { name: filterGradient(graph, images, gradient, info), shape, dtype: 'float32' };
  },

  DepthwiseConv2dNative: (graph, { x, filter }, attributes: tf.DepthwiseConv2dNativeAttrs) => convolveDepthwise(graph, x, filter, attributes),
  FusedDepthwiseConv2D: (graph, { x, filter, bias, preluActivationWeights }, attributes: tf.FusedDepthwiseConv2DAttrs) =>
    activated(graph, convolveDepthwise(graph, x, filter, attributes, bias), attributes, perChannel(graph, preluActivationWeights, attributes)),
  DepthwiseConv2dNativeBackpropInput: (graph, { dy, filter }, attributes: tf.DepthwiseConv2dNativeBackpropInputAttrs) => {
    const info = infoOf(attributes.inputShape, filter.shape, attributes, true);
    checkGradient(dy, info);
    return fromPlanes(graph, spread(graph, planesOf(graph, dy), depthwiseFilter(graph, filter), info, info.inChannels), channelsFirst(attributes.inputShape));
  },
  DepthwiseConv2dNativeBackpropFilter: (graph, { x, dy }, attributes: tf.DepthwiseConv2dNativeBackpropFilterAttrs) => {
    const shape: number[] = attributes.filterShape;
    const info = infoOf(x.shape, shape, attributes, true);
    checkGradient(dy, info);
    return { name: depthwiseFilterGradient(graph, planesOf(graph, x), planesOf(graph, dy), info, shape[3]), shape, dtype: 'float32' };
  },
};
