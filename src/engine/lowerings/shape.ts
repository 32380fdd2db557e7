/** Operations that move elements without computing, and constants. */
import * as tf from '@tensorflow/tfjs';
import { TraceError } from '../error';
import type { Graph, Value } from '../graph';
import { cast, type Lowerings, reshape } from './lowering';

/** A tensor of one repeated value, stored as a scalar. */
function filled(graph: Graph, value: number, shape: number[], dtype: Value['dtype']): Value {
  const scalar = graph.scalar(value, dtype);
  return { name: shape.length ? graph.node('Expand', [scalar, graph.sizes(shape)]) : scalar, shape, dtype };
}

function slice(graph: Graph, x: Value, begin: number[], shape: number[]): Value {
  const end = begin.map((from, axis) => from + shape[axis]);
  return { name: graph.node('Slice', [x.name, graph.sizes(begin), graph.sizes(end)]), shape, dtype: x.dtype };
}

export const shape: Lowerings<Value | Value[]> = {
  Reshape: (graph, { x }, { shape }: tf.ReshapeAttrs) =>
    reshape(graph, x, tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape(x.shape))),
  ExpandDims: (graph, { input }, { dim }: tf.ExpandDimsAttrs) => {
    const axis = dim < 0 ? input.shape.length + 1 + dim : dim;
    return reshape(graph, input, [...input.shape.slice(0, axis), 1, ...input.shape.slice(axis)]);
  },
  Transpose: (graph, { x }, { perm }: tf.TransposeAttrs) => ({
    name: graph.node('Transpose', [x.name], { perm }),
    shape: perm.map((axis) => x.shape[axis]),
    dtype: x.dtype,
  }),
  Tile: (graph, { x }, { reps }: tf.TileAttrs) => ({
    name: graph.node('Tile', [x.name, graph.sizes(reps)]),
    shape: x.shape.map((size, axis) => size * reps[axis]),
    dtype: x.dtype,
  }),
  Concat: (graph, inputs, { axis }: tf.ConcatAttrs) => {
    const parts = Object.values(inputs);
    const along = tf.util.parseAxisParam(axis, parts[0].shape)[0];
    const shape = tf.backend_util.computeOutShape(parts.map((part) => part.shape), along);
    return { name: graph.node('Concat', parts.map(({ name }) => name), { axis: along }), shape, dtype: parts[0].dtype };
  },
  Slice: (graph, { x }, { begin, size }: tf.SliceAttrs) => {
    const [start, shape] = tf.slice_util.parseSliceParams(x as unknown as tf.TensorInfo, begin, size);
    return slice(graph, x, start, shape);
  },
  SplitV: (graph, { x }, { numOrSizeSplits, axis }: tf.SplitVAttrs) => {
    const along = tf.util.parseAxisParam(axis, x.shape)[0];
    const sizes = tf.backend_util.prepareSplitSize(x as unknown as tf.Tensor, numOrSizeSplits, along);
    let from = 0;
    return sizes.map((size) => {
      const begin = x.shape.map((_, i) => (i === along ? from : 0));
      from += size;
      return slice(graph, x, begin, x.shape.map((length, i) => (i === along ? size : length)));
    });
  },
  PadV2: (graph, { x }, { paddings, constantValue }: tf.PadV2Attrs) => ({
    name: graph.node('Pad', [x.name, graph.sizes([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]), graph.scalar(constantValue, x.dtype)]),
    shape: x.shape.map((length, axis) => paddings[axis][0] + length + paddings[axis][1]),
    dtype: x.dtype,
  }),
  Fill: (graph, _, { shape, value, dtype }: tf.FillAttrs) => filled(graph, value as number, shape, (dtype ?? 'float32') as Value['dtype']),
  ZerosLike: (graph, { x }) => filled(graph, 0, x.shape, x.dtype),
  OnesLike: (graph, { x }) => filled(graph, 1, x.shape, x.dtype),

  /** An index outside [0, depth) gives a row of `offValue`, as in tfjs. */
  OneHot: (graph, { indices }, { depth, onValue, offValue, dtype }: tf.OneHotAttrs) => {
    const columns = graph.constant(Array.from({ length: depth }, (_, i) => i), [depth], 'int32');
    const hit = graph.node('Equal', [graph.node('Unsqueeze', [cast(graph, indices, 'int32').name, graph.sizes([-1])]), columns]);
    const result = graph.node('Where', [hit, graph.scalar(onValue), graph.scalar(offValue)]);
    return cast(graph, { name: result, shape: [...indices.shape, depth], dtype: 'float32' }, dtype as Value['dtype']);
  },

  /** An index outside the axis stops the run with an error of ONNX Runtime (a negative one counts from the end). */
  GatherV2: (graph, { x, indices }, { axis, batchDims }: tf.GatherV2Attrs) => {
    if (batchDims) throw new TraceError(`compile: gather with batchDims ${batchDims} has no lowering yet; use batchDims 0`);
    const along = tf.util.parseAxisParam(axis, x.shape)[0];
    return {
      name: graph.node('Gather', [x.name, indices.name], { axis: along }),
      shape: [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)],
      dtype: x.dtype,
    };
  },

  /** Updates at the same index add up. */
  ScatterNd: (graph, { indices, updates }, { shape }: tf.ScatterNdAttrs) => {
    const places = graph.node('Cast', [indices.name], { to: 7 });
    const zeros = filled(graph, 0, shape, updates.dtype).name;
    return { name: graph.node('ScatterND', [zeros, places, updates.name], { reduction: 'add' }), shape, dtype: updates.dtype };
  },

  /** The sum of the rows of `x` that share a segment: the gradient of gather. A negative id counts from the end; tfjs leaves it out. */
  UnsortedSegmentSum: (graph, { x, segmentIds }, { numSegments }: tf.UnsortedSegmentSumAttrs) => {
    const row = x.shape.slice(1);
    const zeros = filled(graph, 0, [numSegments, ...row], x.dtype).name;
    const ids = graph.node('Cast', [graph.node('Unsqueeze', [segmentIds.name, graph.sizes([-1])])], { to: 7 });
    return { name: graph.node('ScatterND', [zeros, ids, x.name], { reduction: 'add' }), shape: [numSegments, ...row], dtype: x.dtype };
  },
};
