import { TraceError } from './error';
import type { Graph, Value } from './graph';
import { filled } from './lowerings/shape';
import { sizeOf } from '../system';

/** What a kernel makes of no values. All of none are true, where tfjs looks at the first of them. */
const OF_NOTHING: Record<string, number> = {
  Sum: 0,
  Mean: NaN,
  Prod: 1,
  Max: -Infinity,
  Min: Infinity,
  All: 1,
  Any: 0,
  BatchMatMul: 0,
  Einsum: 0,
  ScatterNd: 0,
  UnsortedSegmentSum: 0,
};

const isEmpty = ({ shape }: Value): boolean => sizeOf(shape) === 0;

/**
 * A lowering's result where tensors are empty: ONNX Runtime ends the process on some of its operators with an axis of length 0, so none is given to it.
 *
 * @throws TraceError when a kernel would make values of an empty tensor
 */
export function withoutEmpty(graph: Graph, kernel: string, inputs: readonly Value[], result: Value): Value {
  const { shape, dtype } = result;
  if (isEmpty(result)) return { name: graph.constant([], shape, dtype), shape, dtype };
  if (!inputs.some(isEmpty) || ['Concat', 'PadV2', 'ZerosLike', 'OnesLike'].includes(kernel)) return result;
  if (!Object.hasOwn(OF_NOTHING, kernel)) throw new TraceError('a tensor must have values, got none');
  return filled(graph, OF_NOTHING[kernel], shape, dtype);
}
