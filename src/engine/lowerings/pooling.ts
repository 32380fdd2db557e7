/** Pooling over images, and its gradients. */
import * as tf from '@tensorflow/tfjs';
import { sizeOf } from '../../system';
import { TraceError } from '../error';
import type { Graph, Value } from '../graph';
import { channelsFirst, fromPlanes, planesOf } from '../planes';
import { zerosOf } from '../chunks';
import type { Lowerings } from './lowering';
import { checkGradient, windowOf } from './window';

const infoOf = (x: Value, { filterSize, strides, pad, dimRoundingMode }: tf.MaxPoolAttrs | tf.AvgPoolAttrs): tf.backend_util.Conv2DInfo =>
  tf.backend_util.computePool2DInfo(x.shape as [number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode);

const windowAttributes = (info: tf.backend_util.Conv2DInfo): Record<string, number[]> => {
  const { filter, strides, before, after } = windowOf(info);
  if (filter.some((length, i) => before[i] >= length || after[i] >= length)) {
    throw new TraceError(`compile: pooling must be padded by less than its window of [${filter.join()}], got [${before.join()}] and [${after.join()}]; pad with tf.pad`);
  }
  return { kernel_shape: filter, strides, pads: [...before, ...after] };
};

/** How many pixels of the image each window covers, `[1, 1, height, width]`. */
function covered(graph: Graph, info: tf.backend_util.Conv2DInfo): string {
  const { filter, strides, before } = windowOf(info);
  const along = (axis: 0 | 1): number[] => {
    const [input, output] = [[info.inHeight, info.outHeight], [info.inWidth, info.outWidth]][axis];
    return [...Array(output).keys()].map((at) => {
      const from = at * strides[axis] - before[axis];
      return Math.min(input, from + filter[axis]) - Math.max(0, from);
    });
  };
  const columns = along(1);
  return graph.constant(along(0).flatMap((row) => columns.map((column) => row * column)), [1, 1, info.outHeight, info.outWidth], 'float32');
}

export const pooling: Lowerings = {
  /** Of equal values in a window the first counts, row by row, as in tfjs. */
  MaxPool: (graph, { x }, attributes: tf.MaxPoolAttrs) => {
    const info = infoOf(x, attributes);
    const [planes, places] = graph.nodeOf(2, 'MaxPool', [planesOf(graph, x)], windowAttributes(info));
    return Object.assign(fromPlanes(graph, planes, channelsFirst(info.outShape)), { places });
  },
  /** Each gradient goes to the place of the maximum; where windows overlap, gradients add up. With `dimRoundingMode` too, which tfjs' own forgets. */
  MaxPoolGrad: (graph, { dy, input, output }, attributes: tf.MaxPoolAttrs) => {
    const info = infoOf(input, attributes);
    const { filter, strides, before, after } = windowOf(info);
    const shape = channelsFirst(input.shape);
    const gradients = planesOf(graph, dy);
    const maxima = output.places ?? graph.nodeOf(2, 'MaxPool', [planesOf(graph, input)], windowAttributes(info))[1];
    // MaxUnpool wants windows that do not overlap and lie within the image.
    const apart = [...before, ...after].every((pad) => pad === 0) && filter.every((length, i) => length <= strides[i] && (dy.shape[1 + i] - 1) * strides[i] + length <= input.shape[1 + i]);
    if (apart) return fromPlanes(graph, graph.node('MaxUnpool', [gradients, maxima, graph.sizes(shape)], windowAttributes(info)), shape);
    const zeros = zerosOf(graph, [sizeOf(shape)]);
    const [places, flat] = [maxima, gradients].map((name) => graph.node('Reshape', [name, graph.sizes([-1])]));
    const sums = graph.node('ScatterElements', [zeros, places, flat], { reduction: 'add' });
    return fromPlanes(graph, graph.node('Reshape', [sums, graph.sizes(shape)]), shape);
  },
  AvgPool: (graph, { x }, attributes: tf.AvgPoolAttrs) => {
    const info = infoOf(x, attributes);
    return fromPlanes(graph, graph.node('AveragePool', [planesOf(graph, x)], windowAttributes(info)), channelsFirst(info.outShape));
  },
  /** Each gradient is shared by the pixels that its window covers. tfjs divides by the whole window at the padded border too, which is not the gradient. */
  AvgPoolGrad: (graph, { dy, input }, attributes: tf.AvgPoolAttrs) => {
    const info = infoOf(input, attributes);
    checkGradient(dy, info);
    const { filter, strides, before, after } = windowOf(info);
    const shares = graph.node('Div', [planesOf(graph, dy), covered(graph, info)]);
    // Every channel alike, so channels go with the images.
    const [batch, height, width, channels] = input.shape;
    const apart = graph.node('Reshape', [shares, graph.sizes([batch * channels, 1, info.outHeight, info.outWidth])]);
    const ones = graph.constant(new Float32Array(filter[0] * filter[1]).fill(1), [1, 1, ...filter], 'float32');
    const lengths = [info.outHeight, info.outWidth].map((length, i) => (length - 1) * strides[i] + filter[i]);
    const spread = graph.node('ConvTranspose', [apart, ones], { strides });
    const ends = [height, width].map((length, i) => before[i] + length);
    const whole = ends.map((end, i) => Math.max(0, end - lengths[i])); // what no window reaches
    const padded = whole.some((length) => length > 0) ? graph.node('Pad', [spread, graph.sizes([0, 0, 0, 0, 0, 0, ...whole])]) : spread;
    const cut = [...before, ...after].some((pad) => pad > 0) || ends.some((end, i) => end < lengths[i]) ? graph.node('Slice', [padded, graph.sizes(before), graph.sizes(ends), graph.sizes([2, 3])]) : padded;
    const planes = graph.node('Reshape', [cut, graph.sizes([batch, channels, height, width])]);
    return fromPlanes(graph, planes, [batch, channels, height, width]);
  },
};
