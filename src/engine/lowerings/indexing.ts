/** Rows, or single elements, by their indices: read, written, added up, and those of the largest. */
import * as tf from '@tensorflow/tfjs';
import type { Graph, Value } from '../graph';
import { cast, type Lowerings } from './lowering';
import { filled } from './shape';

/** ONNX takes int64 indices of several axes. */
const wide = (graph: Graph, indices: Value): string => graph.node('Cast', [indices.name], { to: 7 });

/** As `x.indices[b]` for each place b of the first `batchDims` axes. */
function gatherBatched(graph: Graph, x: Value, indices: Value, along: number, batchDims: number): Value {
  const axes = x.shape.map((_, axis) => axis);
  const [batch, between, after] = [axes.slice(0, batchDims), axes.slice(batchDims, along), axes.slice(along + 1)];
  const source = between.length ? graph.node('Transpose', [x.name], { perm: [...batch, along, ...between, ...after] }) : x.name;
  const places = graph.node('Unsqueeze', [wide(graph, indices), graph.sizes([-1])]);
  const rows = graph.node('GatherND', [source, places], { batch_dims: batchDims });
  const shape = [...x.shape.slice(0, along), ...indices.shape.slice(batchDims), ...x.shape.slice(along + 1)];
  if (!between.length) return { name: rows, shape, dtype: x.dtype };
  const inner = indices.shape.length - batchDims;
  const [chosen, others, rest] = [[...Array(inner).keys()].map((i) => batchDims + i), between.map((axis) => axis + inner), after.map((axis) => axis - 1 + inner)];
  return { name: graph.node('Transpose', [rows], { perm: [...batch, ...others, ...chosen, ...rest] }), shape, dtype: x.dtype };
}

export const indexing: Lowerings<Value | Value[]> = {
  /** An index outside [0, depth) gives a row of `offValue`, as in tfjs. */
  OneHot: (graph, { indices }, { depth, onValue, offValue, dtype }: tf.OneHotAttrs) => {
    const columns = graph.constant(Array.from({ length: depth }, (_, i) => i), [depth], 'int32');
    const hit = graph.node('Equal', [graph.node('Unsqueeze', [cast(graph, indices, 'int32').name, graph.sizes([-1])]), columns]);
    const result = graph.node('Where', [hit, graph.scalar(onValue), graph.scalar(offValue)]);
    return cast(graph, { name: result, shape: [...indices.shape, depth], dtype: 'float32' }, dtype as Value['dtype']);
  },

  /** An index outside the axis stops the run with an error of ONNX Runtime (a negative one counts from the end). */
  GatherV2: (graph, { x, indices }, { axis, batchDims }: tf.GatherV2Attrs) => {
    const along = tf.util.parseAxisParam(axis, x.shape)[0];
    const batch = batchDims < 0 ? indices.shape.length + batchDims : (batchDims ?? 0);
    if (batch) return gatherBatched(graph, x, indices, along, batch);
    return {
      name: graph.node('Gather', [x.name, indices.name], { axis: along }),
      shape: [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)],
      dtype: x.dtype,
    };
  },

  /** Updates at the same index add up. */
  ScatterNd: (graph, { indices, updates }, { shape }: tf.ScatterNdAttrs) => {
    const zeros = filled(graph, 0, shape, updates.dtype).name;
    return { name: graph.node('ScatterND', [zeros, wide(graph, indices), updates.name], { reduction: 'add' }), shape, dtype: updates.dtype };
  },

  /** The sum of the rows of `x` that share a segment: the gradient of gather. A negative id counts from the end; tfjs leaves it out. */
  UnsortedSegmentSum: (graph, { x, segmentIds }, { numSegments }: tf.UnsortedSegmentSumAttrs) => {
    const row = x.shape.slice(1);
    const zeros = filled(graph, 0, [numSegments, ...row], x.dtype).name;
    const ids = graph.node('Cast', [graph.node('Unsqueeze', [segmentIds.name, graph.sizes([-1])])], { to: 7 });
    return { name: graph.node('ScatterND', [zeros, ids, x.name], { reduction: 'add' }), shape: [numSegments, ...row], dtype: x.dtype };
  },

  /** An index outside an axis stops the run with an error of ONNX Runtime (a negative one counts from the end). */
  GatherNd: (graph, { params, indices }) => {
    const [shape] = tf.backend_util.prepareAndValidate(params as unknown as tf.TensorInfo, indices as unknown as tf.TensorInfo);
    return { name: graph.node('GatherND', [params.name, wide(graph, indices)]), shape, dtype: params.dtype };
  },

  /** Of several updates at the same index any may win; in tfjs the last does. */
  TensorScatterUpdate: (graph, { tensor, indices, updates }) => ({
    name: graph.node('ScatterND', [tensor.name, wide(graph, indices), updates.name]),
    shape: tensor.shape,
    dtype: tensor.dtype,
  }),

  /** Of equal values the first come first, as in tfjs. Not sorted is sorted too. */
  TopK: (graph, { x }, { k }: tf.TopKAttrs) => {
    const shape = [...x.shape.slice(0, -1), k];
    const [values, places] = graph.nodeOf(2, 'TopK', [cast(graph, x, x.dtype === 'bool' ? 'int32' : x.dtype).name, graph.sizes([k])]);
    const indices = graph.node('Cast', [places], { to: 6 });
    return [cast(graph, { name: values, shape, dtype: x.dtype === 'bool' ? 'int32' : x.dtype }, x.dtype), { name: indices, shape, dtype: 'int32' }];
  },
};
