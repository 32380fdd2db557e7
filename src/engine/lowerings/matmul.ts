/** Matrix products, as `Gemm` for two matrices of floats and as `MatMul` for stacks of them and for integers. */
import * as tf from '@tensorflow/tfjs';
import type { Graph, Value } from '../graph';
import { elementwise } from './elementwise';
import { type Lowerings, reshape } from './lowering';

const isMatrix = ({ shape }: Value): boolean => shape.slice(0, -2).every((size) => size === 1);

/** `op(a) · op(b)` over the last two axes, leading axes broadcast; `transposeA` and `transposeB` swap the last two. */
function product(graph: Graph, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  const outer = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...outer, rows, columns];
  if (a.dtype === 'float32' && isMatrix(a) && isMatrix(b)) {
    const [x, y] = [a, b].map((operand) => reshape(graph, operand, operand.shape.slice(-2)));
    const name = graph.node('Gemm', [x.name, y.name], { transA: +transposeA, transB: +transposeB });
    return reshape(graph, { name, shape: [rows, columns], dtype: 'float32' }, shape);
  }
  const swap = (x: Value, transposed: boolean): string => {
    if (!transposed) return x.name;
    const axes = x.shape.map((_, axis) => axis);
    return graph.node('Transpose', [x.name], { perm: [...axes.slice(0, -2), axes.length - 1, axes.length - 2] });
  };
  return { name: graph.node('MatMul', [swap(a, transposeA), swap(b, transposeB)]), shape, dtype: a.dtype };
}

/** The kernel of each activation that tfjs fuses behind a product. */
const ACTIVATIONS: Record<string, string> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
};

export const matmul: Lowerings = {
  BatchMatMul: (graph, { a, b }, { transposeA, transposeB }: tf.BatchMatMulAttrs) => product(graph, a, b, transposeA, transposeB),
  _FusedMatMul: (graph, { a, b, bias }, attributes: tf._FusedMatMulAttrs) => {
    const { transposeA, transposeB, activation, leakyreluAlpha } = attributes;
    let result = product(graph, a, b, transposeA, transposeB);
    if (bias) result = elementwise.Add(graph, { a: result, b: bias }, {} as never);
    if (!activation || activation === 'linear') return result;
    const kernel = ACTIVATIONS[activation];
    if (!kernel) throw new Error(`compile: the fused activation ${activation} has no lowering yet; apply it as an operation of its own`);
    return elementwise[kernel](graph, { x: result }, { alpha: leakyreluAlpha ?? 0.2 } as never);
  },
};
