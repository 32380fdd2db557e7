/**
 * Images with their channels first. tfjs keeps images as `[batch, height, width, channels]`, ONNX convolves
 * `[batch, channels, height, width]`. So a convolution leaves its result as planes, what follows computes on planes, and the
 * transpose back is written only where somebody asks for the value's `name`.
 */
import type { Graph, Value } from './graph';

/** Axis i of planes is axis FROM_IMAGES[i] of the images; and the way back. */
const FROM_IMAGES = [0, 3, 1, 2];
const FROM_PLANES = [0, 2, 3, 1];

/** `[batch, height, width, channels]` as `[batch, channels, height, width]`, and any other list by axis alike. */
export const channelsFirst = <T>(byAxis: readonly T[]): T[] => FROM_IMAGES.map((axis) => byAxis[axis]);
const channelsLast = <T>(byAxis: readonly T[]): T[] => FROM_PLANES.map((axis) => byAxis[axis]);

/** The axis of planes that an axis of images becomes. */
export const planeAxis = (axis: number): number => FROM_PLANES[axis];

/** Whether images of one pixel, or of one channel, have the same order of values as their planes. */
export const isFlat = (shape: readonly number[]): boolean => shape[3] === 1 || (shape[1] === 1 && shape[2] === 1);

/** Images whose planes are computed; the transpose is appended when the name is first read. */
export function fromPlanes(graph: Graph, planes: string, planeShape: readonly number[], dtype: Value['dtype'] = 'float32'): Value {
  graph.setShape(planes, planeShape);
  const shape = channelsLast(planeShape);
  let name: string | undefined;
  return {
    get name() {
      if (name === undefined) {
        name = isFlat(shape) ? graph.node('Reshape', [planes, graph.sizes(shape)]) : graph.node('Transpose', [planes], { perm: FROM_PLANES });
        graph.setShape(name, shape);
      }
      return name;
    },
    planes,
    shape,
    dtype,
  };
}

/** The planes of images `[batch, height, width, channels]`, transposed once. */
export function planesOf(graph: Graph, x: Value): string {
  if (x.planes === undefined) {
    const shape = channelsFirst(x.shape);
    x.planes =
      x.makePlanes?.() ?? (isFlat(x.shape) ? graph.node('Reshape', [x.name, graph.sizes(shape)]) : graph.node('Transpose', [x.name], { perm: FROM_IMAGES }));
    graph.setShape(x.planes, shape);
  }
  return x.planes;
}

/** A value as one that is broadcast against planes. */
export function asPlanes(graph: Graph, x: Value): Value {
  const { shape, dtype } = x;
  if (shape.length === 0) return x;
  const images = shape.length === 4 ? x : { ...x, name: graph.node('Reshape', [x.name, graph.sizes([...Array<number>(4 - shape.length).fill(1), ...shape])]), shape: [...Array<number>(4 - shape.length).fill(1), ...shape], planes: undefined };
  const name = planesOf(graph, images);
  return { name, shape: channelsFirst(images.shape), dtype };
}
