/** Rows, or single elements, by their indices: read, written, added up, and those of the largest. */
import * as tf from '@tensorflow/tfjs';
import { TraceError } from '../error';
import type { Graph, Value } from '../graph';
import { cast, type Lowerings } from './lowering';
import { filled } from './shape';

/** ONNX takes int64 indices of several axes. */
const wide = (graph: Graph, indices: Value): string => graph.node('Cast', [indices.name], { to: 7 });

/** Indices of one axis may come as a list. */
const places = (graph: Graph, indices: Value): string => (indices.shape.length > 1 ? wide(graph, indices) : graph.node('Unsqueeze', [wide(graph, indices), graph.sizes([-1])]));

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
    graph.gathered.set((indices.reshapes ?? indices).name, x.shape[along]);
    return {
      name: graph.node('Gather', [x.name, indices.name], { axis: along }),
      shape: [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)],
      dtype: x.dtype,
    };
  },

  /** Updates at the same index add up. */
  ScatterNd: (graph, { indices, updates }, { shape }: tf.ScatterNdAttrs) => {
    const zeros = filled(graph, 0, shape, updates.dtype).name;
    return { name: graph.node('ScatterND', [zeros, places(graph, indices), updates.name], { reduction: 'add' }), shape, dtype: updates.dtype };
  },

  /** The sum of the rows of `x` that share a segment: the gradient of gather. Rows of an id outside of all segments are left out. */
  UnsortedSegmentSum: (graph, { x: given, segmentIds }, { numSegments }: tf.UnsortedSegmentSumAttrs) => {
    if (segmentIds.shape.length !== 1 || segmentIds.shape[0] !== given.shape[0]) {
      throw new TraceError(`unsortedSegmentSum: there must be an id for each row, got ids [${segmentIds.shape.join()}] for [${given.shape.join()}]`);
    }
    const x = cast(graph, given, 'float32');
    const [row, shape] = [x.shape.slice(1), [numSegments, ...x.shape.slice(1)]];
    const sums = (ids: string, rows: number): string => {
      const zeros = filled(graph, 0, [rows, ...row], 'float32').name;
      return graph.node('ScatterND', [zeros, graph.node('Cast', [graph.node('Unsqueeze', [ids, graph.sizes([-1])])], { to: 7 }), x.name], { reduction: 'add' });
    };
    if (graph.gathered.get((segmentIds.reshapes ?? segmentIds).name) === numSegments) return { name: sums(segmentIds.name, numSegments), shape, dtype: 'float32' };
    const outside = graph.node('Or', [graph.node('Less', [segmentIds.name, graph.scalar(0, 'int32')]), graph.node('GreaterOrEqual', [segmentIds.name, graph.scalar(numSegments, 'int32')])]);
    const all = sums(graph.node('Where', [outside, graph.scalar(numSegments, 'int32'), segmentIds.name]), numSegments + 1);
    return { name: graph.node('Slice', [all, graph.sizes([0]), graph.sizes([numSegments]), graph.sizes([0])]), shape, dtype: 'float32' };
  },

  /** An index outside an axis stops the run with an error of ONNX Runtime (a negative one counts from the end). */
  GatherNd: (graph, { params, indices }) => {
    const [shape] = tf.backend_util.prepareAndValidate(params as unknown as tf.TensorInfo, indices as unknown as tf.TensorInfo);
    return { name: graph.node('GatherND', [params.name, wide(graph, indices)]), shape, dtype: params.dtype };
  },

  /** Of several updates at the same index any may win; in tfjs the last does. */
  TensorScatterUpdate: (graph, { tensor, indices, updates }) => ({
    name: graph.node('ScatterND', [tensor.name, places(graph, indices), updates.name]),
    shape: tensor.shape,
    dtype: tensor.dtype,
  }),

  /** One element of each row replaced. */
  PutInRows: (graph, { x, columns, values }) => {
    const [places, updates] = [columns, values].map(({ name }) => graph.node('Unsqueeze', [name, graph.sizes([-1])]));
    return { name: graph.node('ScatterElements', [x.name, places, updates], { axis: 1 }), shape: x.shape, dtype: x.dtype };
  },

  /** Of equal values the first come first, as in tfjs, and NaN before all others, in tfjs anywhere. Not sorted is sorted too. */
  TopK: (graph, { x }, { k }: tf.TopKAttrs) => {
    const shape = [...x.shape.slice(0, -1), k];
    const [values, places] = graph.nodeOf(2, 'TopK', [cast(graph, x, x.dtype === 'bool' ? 'int32' : x.dtype).name, graph.sizes([k])]);
    const indices = graph.node('Cast', [places], { to: 6 });
    return [cast(graph, { name: values, shape, dtype: x.dtype === 'bool' ? 'int32' : x.dtype }, x.dtype), { name: indices, shape, dtype: 'int32' }];
  },
};
