/** Reductions over axes, softmax, and the position of the largest element. */
import * as tf from '@tensorflow/tfjs';
import type { Graph, Value } from '../graph';
import { cast, like, type Lowering, type Lowerings, moveAxes, onPlanes } from './lowering';

/** `op` over `axis`, which is one axis, several, or (undefined) all. */
function reduce(graph: Graph, op: string, x: Value, axis: number | number[], keepDims: boolean): Value {
  const axes = tf.util.parseAxisParam(axis, x.shape);
  const [kept] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = keepDims ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept;
  if (axes.length === 0) return { ...x, shape };
  return { name: graph.node(op, [x.name, graph.sizes(axes)], { keepdims: +keepDims }), shape, dtype: x.dtype };
}

/** The runtime's maximum passes over NaN; that the sum of magnitudes does not, and no infinity makes it NaN. */
function extreme(graph: Graph, op: string, x: Value, axis: number | number[], keepDims: boolean): Value {
  const result = reduce(graph, op, x, axis, keepDims);
  if (x.dtype !== 'float32' || result.name === x.name) return result;
  const sum = reduce(graph, 'ReduceL1', x, axis, keepDims).name;
  return { ...result, name: graph.node('Where', [graph.node('IsNaN', [sum]), sum, result.name]) };
}

/** Logic as arithmetic on 0 and 1. */
const logic =
  (op: string): Lowering =>
  (graph, { x }, { axis, keepDims }: tf.AllAttrs) =>
    cast(graph, reduce(graph, op, cast(graph, x, 'int32'), axis, keepDims), 'bool');

const position =
  (op: string): Lowering =>
  (graph, { x }, { axis }: tf.ArgMaxAttrs) => {
    const along = tf.util.parseAxisParam(axis, x.shape)[0];
    const place = graph.node(op, [x.name], { axis: along, keepdims: 0 });
    return { name: graph.node('Cast', [place], { to: 6 }), shape: x.shape.filter((_, i) => i !== along), dtype: 'int32' };
  };

export const reduction: Lowerings = {
  Sum: (graph, { x }, { axis, keepDims }: tf.SumAttrs) => reduce(graph, 'ReduceSum', x.dtype === 'bool' ? cast(graph, x, 'int32') : x, axis, keepDims),
  Mean: (graph, { x }, { axis, keepDims }: tf.MeanAttrs) => reduce(graph, 'ReduceMean', cast(graph, x, 'float32'), axis, keepDims),
  Prod: (graph, { x }, { axis, keepDims }: tf.ProdAttrs) => reduce(graph, 'ReduceProd', x, axis, keepDims),
  Max: (graph, { x }, { reductionIndices, keepDims }: tf.MaxAttrs) => extreme(graph, 'ReduceMax', x, reductionIndices, keepDims),
  Min: (graph, { x }, { axis, keepDims }: tf.MinAttrs) => extreme(graph, 'ReduceMin', x, axis, keepDims),
  All: logic('ReduceMin'),
  Any: logic('ReduceMax'),
  /** Where there is NaN the place is left to the runtime; tfjs passes over it. */
  ArgMax: position('ArgMax'),
  /** As `ArgMax`. */
  ArgMin: position('ArgMin'),
  Softmax: onPlanes(
    ({ dim }: tf.SoftmaxAttrs) => ({ dim: moveAxes(dim)[0] }),
    (graph, { logits }, { dim }) => like(graph.node('Softmax', [logits.name], { axis: dim }), logits),
  ),
};
