import type { Graph, Value } from '../graph';
import * as tf from '@tensorflow/tfjs';
import { asPlanes, channelsFirst, fromPlanes, planeAxis } from '../planes';

/**
 * How one tfjs kernel becomes ONNX operators: it appends them to the graph and returns the traced result, or several.
 * `attributes` are the kernel's own, in tfjs' words.
 */
export type Lowering<Result = Value> = (graph: Graph, inputs: Record<string, Value>, attributes: never) => Result;
export type Lowerings<Result = Value> = Record<string, Lowering<Result>>;

export const like = (name: string, { shape, dtype }: Value): Value => ({ name, shape, dtype });

/** `x` in another element type. */
export function cast(graph: Graph, x: Value, dtype: Value['dtype']): Value {
  if (x.dtype === dtype) return x;
  return { name: graph.node('Cast', [x.name], { to: { float32: 1, int32: 6, bool: 9 }[dtype] }), shape: x.shape, dtype };
}

export function reshape(graph: Graph, x: Value, shape: number[]): Value {
  const source = x.reshapes ?? x;
  if (source.shape.join() === shape.join()) return source;
  const name = graph.node('Reshape', [source.name, graph.sizes(shape)]);
  graph.setShape(name, shape);
  return { name, shape, dtype: x.dtype, reshapes: source };
}

/** A lowering that computes each element from those at the same place, on planes where an operand has them. */
export const pointwise =
  (lowering: Lowering): Lowering =>
  (graph, inputs, attributes) => {
    const values = Object.values(inputs);
    if (values.every(({ planes }) => planes === undefined) || values.some(({ shape }) => shape.length > 4)) return lowering(graph, inputs, attributes);
    const moved = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, asPlanes(graph, value)]));
    const result = lowering(graph, moved, attributes);
    const unchanged = Object.keys(moved).find((name) => moved[name] === result);
    return unchanged === undefined ? fromPlanes(graph, result.name, result.shape, result.dtype) : inputs[unchanged];
  };

/** A reduction, on planes where its operand has them and what is left needs no transpose. */
export const reducing =
  (lowering: Lowering): Lowering =>
  (graph, inputs, attributes) => {
    const { x } = inputs;
    const given = attributes as { axis?: number | number[]; reductionIndices?: number | number[]; keepDims?: boolean };
    if (x.planes === undefined) return lowering(graph, inputs, attributes);
    const axes = tf.util.parseAxisParam((given.axis ?? given.reductionIndices)!, x.shape);
    if (!given.keepDims && !axes.includes(3) && !(axes.includes(1) && axes.includes(2))) return lowering(graph, inputs, attributes);
    const moved = axes.map(planeAxis).sort();
    const planes: Value = { name: x.planes, shape: channelsFirst(x.shape), dtype: x.dtype };
    const result = lowering(graph, { x: planes }, { ...given, axis: moved, reductionIndices: moved } as never);
    return given.keepDims ? fromPlanes(graph, result.name, result.shape, result.dtype) : result;
  };
