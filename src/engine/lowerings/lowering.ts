import type { Graph, Value } from '../graph';
import * as tf from '@tensorflow/tfjs';
import { asPlanes, channelsFirst, fromPlanes, isFlat, planeAxis } from '../planes';

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

/** Whether its planes cost no copy. */
const isMovable = (graph: Graph, x: Value): boolean =>
  x.shape.length < 4 || x.makePlanes !== undefined || isFlat(x.shape) || graph.initializers.some(({ name }) => name === x.name);

/**
 * A lowering on planes, where an operand has them; where no operand has, but all cost nothing to move, on planes as well if somebody asks for
 * those of the result. `move` says the attributes in the axes of planes. Operands of less than 4 axes are broadcast.
 */
export const onPlanes =
  <A, R extends Value | Value[]>(move: (attributes: A) => A, lowering: (graph: Graph, inputs: Record<string, Value>, attributes: A) => R) =>
  (graph: Graph, inputs: Record<string, Value>, attributes: A): R => {
    const values = Object.values(inputs);
    if (values.some(({ shape }) => shape.length > 4)) return lowering(graph, inputs, attributes);
    const moved = (): Record<string, Value> => Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, asPlanes(graph, value)]));
    if (values.some(({ planes }) => planes !== undefined)) {
      const operands = moved();
      const back = (result: Value): Value => {
        const unchanged = Object.keys(operands).find((name) => operands[name] === result);
        return unchanged === undefined ? fromPlanes(graph, result.name, result.shape, result.dtype) : inputs[unchanged];
      };
      const result = lowering(graph, operands, move(attributes));
      return (Array.isArray(result) ? result.map(back) : back(result)) as R;
    }
    const result = lowering(graph, inputs, attributes);
    if (!Array.isArray(result) && result.shape.length === 4 && !values.includes(result) && values.every((value) => isMovable(graph, value))) {
      result.makePlanes = () => (lowering(graph, moved(), move(attributes)) as Value).name;
    }
    return result;
  };

/** A lowering that computes each element from those at the same place. */
export const pointwise = (lowering: Lowering): Lowering => onPlanes<never, Value>((attributes) => attributes, lowering);

/** Every axis of images as that of planes. */
export const moveAxes = (axes: number | number[]): number[] => tf.util.parseAxisParam(axes, [1, 1, 1, 1]).map(planeAxis);

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
