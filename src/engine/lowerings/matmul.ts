/** Matrix products, as `Gemm` for two matrices of floats and as `MatMul` for stacks of them and for integers. */
import * as tf from '@tensorflow/tfjs';
import { TraceError } from '../error';
import type { Graph, Value } from '../graph';
import { elementwise } from './elementwise';
import { type Lowerings, pointwise, reshape } from './lowering';

/** The leading axes of a product. */
const stack = (a: Value, b: Value): number[] => tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));

const isMatrix = ({ shape }: Value): boolean => shape.slice(0, -2).every((size) => size === 1);

/**
 * `op(a) · op(b) + bias` over the last two axes, leading axes broadcast; `transposeA` and `transposeB` swap the last two.
 * Two matrices make a matrix, whatever leading axes of length 1 they have.
 */
function product(graph: Graph, a: Value, b: Value, { transposeA, transposeB }: tf.BatchMatMulAttrs, bias?: Value): Value {
  if (Math.min(a.shape.length, b.shape.length) < 2) throw new TraceError(`matMul: both tensors must have a rank of at least 2, got [${a.shape.join()}] and [${b.shape.join()}]`);
  const inner = [a.shape.at(transposeA ? -2 : -1), b.shape.at(transposeB ? -1 : -2)];
  if (inner[0] !== inner[1]) throw new TraceError(`matMul: the inner sizes must agree, got ${inner.join(' and ')} of [${a.shape.join()}]${transposeA ? ' transposed' : ''} and [${b.shape.join()}]${transposeB ? ' transposed' : ''}`);
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  if (a.dtype === 'float32' && isMatrix(a) && isMatrix(b)) {
    const operands = [a, b].map((operand) => reshape(graph, operand, operand.shape.slice(-2)));
    if (bias) operands.push(reshape(graph, bias, bias.shape.slice(-2)));
    const name = graph.node('Gemm', operands.map(({ name }) => name), { transA: +transposeA, transB: +transposeB });
    return { name, shape: [rows, columns], dtype: 'float32' };
  }
  const swap = (x: Value, transposed: boolean): string => {
    if (!transposed) return x.name;
    const axes = x.shape.map((_, axis) => axis);
    return graph.node('Transpose', [x.name], { perm: [...axes.slice(0, -2), axes.length - 1, axes.length - 2] });
  };
  const name = graph.node('MatMul', [swap(a, transposeA), swap(b, transposeB)]);
  const shape = [...stack(a, b), rows, columns];
  return { name: bias ? graph.node('Add', [name, bias.name]) : name, shape, dtype: a.dtype };
}

/** The kernel of each activation that tfjs fuses behind a product or a convolution. */
const ACTIVATIONS: Record<string, string> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
};

interface Fused {
  activation: string;
  leakyreluAlpha?: number;
}

/** What a fused kernel applies to its result; `alpha` are the slopes of `prelu`. */
export function activated(graph: Graph, x: Value, { activation, leakyreluAlpha }: Fused, alpha?: Value): Value {
  if (!activation || activation === 'linear') return x;
  const kernel = ACTIVATIONS[activation];
  if (!kernel) throw new TraceError(`compile: the fused activation ${activation} has no lowering yet; apply it as an operation of its own`);
  return pointwise(elementwise[kernel])(graph, alpha ? { x, alpha } : { x }, { alpha: leakyreluAlpha ?? 0.2 } as never);
}

export const matmul: Lowerings = {
  BatchMatMul: (graph, { a, b }, attributes: tf.BatchMatMulAttrs) => {
    const result = product(graph, a, b, attributes);
    return reshape(graph, result, [...stack(a, b), ...result.shape.slice(-2)]);
  },
  _FusedMatMul: (graph, { a, b, bias, preluActivationWeights }, attributes: tf._FusedMatMulAttrs) => {
    const result = activated(graph, product(graph, a, b, attributes, bias), attributes, preluActivationWeights);
    return reshape(graph, result, [...stack(a, b), ...result.shape.slice(-2)]);
  },
  /** tfjs' cpu backend mixes up axes where several are summed and not every operand has them. */
  Einsum: (graph, inputs, { equation }: tf.EinsumAttrs) => {
    const operands = Object.values(inputs);
    const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, operands.length);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, operands as unknown as tf.Tensor[]);
    const [terms, result] = equation.replace(/\s/g, '').split('->');
    const lengths = new Map(terms.split(',').flatMap((term, i) => [...term].map((index, axis) => [index, operands[i].shape[axis]] as const)));
    const name = graph.node('Einsum', operands.map(({ name }) => name), { equation });
    return { name, shape: [...result].map((index) => lengths.get(index)!), dtype: operands[0].dtype };
  },
};
