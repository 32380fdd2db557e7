/** Batch normalisation (Ioffe & Szegedy 2015): over all axes but the last. */
import type * as tf from '@tensorflow/tfjs';
import { sizeOf } from '../../system';
import type { Graph, Value } from '../graph';
import { channelsFirst, fromPlanes, planesOf } from '../planes';
import { elementwise } from './elementwise';
import { like, type Lowerings, reshape } from './lowering';

/** `x` with its channels on axis 1, as ONNX normalises it: planes, or a matrix. */
function channelsSecond(graph: Graph, x: Value): { name: string; shape: number[] } {
  const channels = x.shape.at(-1)!;
  if (x.shape.length === 4 && x.shape[1] * x.shape[2] > 1) return { name: planesOf(graph, x), shape: channelsFirst(x.shape) };
  const shape = [sizeOf(x.shape.slice(0, -1)), channels];
  return { name: reshape(graph, x, shape).name, shape };
}

/** The way back. */
function asImages(graph: Graph, name: string, source: { shape: number[] }, x: Value): Value {
  return source.shape.length === 4 ? fromPlanes(graph, name, source.shape) : reshape(graph, { name, shape: source.shape, dtype: 'float32' }, x.shape);
}

/** A value of each channel, to be broadcast. */
const each = (graph: Graph, channels: string, { shape }: { shape: number[] }): string =>
  graph.node('Reshape', [channels, graph.sizes([1, shape[1], ...shape.slice(2).map(() => 1)])]);

const constant = (graph: Graph, value: number, channels: number): string => graph.constant(new Float32Array(channels).fill(value), [channels], 'float32');

export const normalization: Lowerings<Value | Value[]> = {
  FusedBatchNorm: (graph, { x, mean, variance, offset, scale }, { varianceEpsilon }: tf.FusedBatchNormAttrs) => {
    const channels = x.shape.at(-1)!;
    const parameters = [scale, offset, mean, variance];
    if (parameters.some((value) => value && value.shape.join() !== String(channels))) return composed(graph, { x, mean, variance, offset, scale }, varianceEpsilon);
    const source = channelsSecond(graph, x);
    const [gamma, beta] = [scale?.name ?? constant(graph, 1, channels), offset?.name ?? constant(graph, 0, channels)];
    const name = graph.node('BatchNormalization', [source.name, gamma, beta, mean.name, variance.name], { epsilon: { float: varianceEpsilon } });
    return asImages(graph, name, source, x);
  },

  /** y = γ (x − mean) / √(variance + ε) + β with the mean and the variance (over all, not all but one) of the batch: all three. */
  NormalizeBatch: (graph, { x, gamma, beta }, { epsilon }: { epsilon: number }) => {
    const source = channelsSecond(graph, x);
    // Momentum 0 leaves the old statistics out, but ONNX Runtime writes the new ones over them: they must be two, and neither constant nor of another node.
    const axes = source.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
    const pixel = graph.node('Slice', [source.name, graph.sizes(axes.map(() => 0)), graph.sizes(axes.map(() => 1)), graph.sizes(axes)]);
    const old = graph.node('Reshape', [pixel, graph.sizes(gamma.shape)]);
    const [y, mean, variance] = graph.nodeOf(3, 'BatchNormalization', [source.name, gamma.name, beta.name, old, graph.node('Neg', [old])], {
      epsilon: { float: epsilon },
      momentum: { float: 0 },
      training_mode: 1,
    });
    return [asImages(graph, y, source, x), ...[mean, variance].map((name) => like(name, gamma))];
  },

  /**
   * With x̂ = (x − mean) / σ over m values: dβ = Σ dy, dγ = Σ dy x̂, dx = γ / σ (dy − dβ / m − x̂ dγ / m). The last is written as
   * a dy + b (x − mean) + c with numbers a, b, c of each channel.
   */
  NormalizeBatchGrad: (graph, { x, dy, gamma, mean, variance }, { epsilon }: { epsilon: number }) => {
    const [source, gradient] = [x, dy].map((value) => channelsSecond(graph, value));
    const axes = graph.sizes(source.shape.map((_, axis) => axis).filter((axis) => axis !== 1));
    const count = graph.scalar(sizeOf(source.shape) / source.shape[1]);
    const sum = (name: string): string => graph.node('ReduceSum', [name, axes], { keepdims: 0 });
    const inverse = graph.node('Reciprocal', [graph.node('Sqrt', [graph.node('Add', [variance.name, graph.scalar(epsilon)])])]);
    const centered = graph.node('Sub', [source.name, each(graph, mean.name, source)]);
    const dBeta = sum(gradient.name);
    const dGamma = graph.node('Mul', [inverse, sum(graph.node('Mul', [gradient.name, centered]))]);
    const a = graph.node('Mul', [gamma.name, inverse]);
    const perValue = graph.node('Neg', [graph.node('Div', [a, count])]);
    const b = graph.node('Mul', [perValue, graph.node('Mul', [inverse, dGamma])]);
    const c = graph.node('Mul', [perValue, dBeta]);
    const [first, second, third] = [a, b, c].map((name) => each(graph, name, source));
    const fromX = graph.node('Add', [graph.node('Mul', [centered, second]), third]);
    const dx = graph.node('Add', [graph.node('Mul', [gradient.name, first]), fromX]);
    return [asImages(graph, dx, source, x), like(dGamma, gamma), like(dBeta, gamma)];
  },
};

/** Of parameters that are broadcast in other ways. */
function composed(graph: Graph, { x, mean, variance, offset, scale }: Record<string, Value>, epsilon: number): Value {
  const apply = (kernel: string, a: Value, b: Value): Value => elementwise[kernel](graph, { a, b }, {} as never);
  const flat = { ...x, name: x.name, planes: undefined };
  const deviation = elementwise.Sqrt(graph, { x: apply('Add', variance, { name: graph.scalar(epsilon), shape: [], dtype: 'float32' }) }, {} as never);
  const normal = apply('RealDiv', apply('Sub', flat, mean), deviation);
  const scaled = scale ? apply('Multiply', normal, scale) : normal;
  return offset ? apply('Add', scaled, offset) : scaled;
}
