/** Sums and products of all elements up to each, along one axis. */
import * as tf from '@tensorflow/tfjs';
import type { Graph, Value } from '../graph';
import { cast, like, type Lowerings } from './lowering';

/** Logic is counted. */
const numeric = (graph: Graph, x: Value): Value => (x.dtype === 'bool' ? cast(graph, x, 'int32') : x);

/** `x` moved by `by` along an axis, towards its end or, when `reverse`, its beginning, with ones in what becomes free. */
function shifted(graph: Graph, x: string, { shape, dtype }: Value, axis: number, by: number, reverse: boolean): string {
  const [begin, end] = reverse ? [by, shape[axis]] : [0, shape[axis] - by];
  const kept = graph.node('Slice', [x, graph.sizes([begin]), graph.sizes([end]), graph.sizes([axis])]);
  const pads = [!reverse, reverse].flatMap((here) => shape.map((_, i) => (here && i === axis ? by : 0)));
  return graph.node('Pad', [kept, graph.sizes(pads), graph.scalar(1, dtype)]);
}

export const cumulative: Lowerings = {
  /** Its gradient in tfjs fails, or is wrong where lengths are equal, along any axis but the last: move that axis to the end. */
  Cumsum: (graph, { x }, { axis, exclusive, reverse }: tf.CumsumAttrs) => {
    const operand = numeric(graph, x);
    const [along] = tf.util.parseAxisParam(axis, x.shape);
    return like(graph.node('CumSum', [operand.name, graph.scalar(along, 'int32')], { exclusive: +exclusive, reverse: +reverse }), operand);
  },
  /** Products of 2, 4, 8, ... neighbours in turn: ONNX has no such operator. */
  Cumprod: (graph, { x }, { axis, exclusive, reverse }: tf.CumprodAttrs) => {
    const operand = numeric(graph, x);
    const [along] = tf.util.parseAxisParam(axis, x.shape);
    let name = exclusive ? shifted(graph, operand.name, operand, along, 1, reverse) : operand.name;
    for (let by = 1; by < x.shape[along]; by *= 2) name = graph.node('Mul', [name, shifted(graph, name, operand, along, by, reverse)]);
    return like(name, operand);
  },
};
