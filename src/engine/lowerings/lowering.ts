import type { Graph, Value } from '../graph';

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
  return { name: graph.node('Reshape', [source.name, graph.sizes(shape)]), shape, dtype: x.dtype, reshapes: source };
}
