/** Operations that move elements without computing, and constants. */
import * as tf from '@tensorflow/tfjs';
import { sizeOf } from '../../system';
import { TraceError } from '../error';
import { type Graph, programType, type Value } from '../graph';
import { channelsFirst, planeAxis } from '../planes';
import { cast, type Lowerings, moveAxes, onPlanes, reshape } from './lowering';

/** A tensor of one repeated value, stored as a scalar. */
export function filled(graph: Graph, value: number, shape: number[], dtype: Value['dtype']): Value {
  const scalar = graph.scalar(value, dtype);
  const expanded = (shape: number[]): string => graph.node('Expand', [scalar, graph.sizes(shape)]);
  if (shape.length === 0) return { name: scalar, shape, dtype };
  return { name: expanded(shape), shape, dtype, ...(shape.length === 4 && { makePlanes: () => expanded(channelsFirst(shape)) }) };
}

interface Part {
  begin: number[];
  shape: number[];
  /** 1 along every axis when left out. */
  steps?: number[];
}

/** `shape` elements from `begin` on, `steps` apart; a negative step goes back. */
const part = onPlanes(
  ({ begin, shape, steps }: Part): Part => ({ begin: channelsFirst(begin), shape: channelsFirst(shape), steps: steps && channelsFirst(steps) }),
  (graph, { x }, { begin, shape, steps }): Value => {
    const end = begin.map((from, axis) => {
      const last = from + (shape[axis] - 1) * (steps?.[axis] ?? 1);
      if (shape[axis] === 0) return from;
      // Before the first element is far below zero: -1 would be the last.
      return (steps?.[axis] ?? 1) > 0 ? last + 1 : last > 0 ? last - 1 : -x.shape[axis] - 1;
    });
    const inputs = [x.name, graph.sizes(begin), graph.sizes(end)];
    if (steps) inputs.push(graph.sizes(begin.map((_, axis) => axis)), graph.sizes(steps));
    return { name: graph.node('Slice', inputs), shape, dtype: x.dtype };
  },
);

/** `x` with its order turned along some axes. */
const reversed = (graph: Graph, x: Value, axes: number[]): Value =>
  part(graph, { x }, {
    begin: x.shape.map((length, axis) => (axes.includes(axis) ? length - 1 : 0)),
    shape: x.shape,
    steps: x.shape.map((_, axis) => (axes.includes(axis) ? -1 : 1)),
  });

type Paddings = { paddings: [number, number][] };
const movePaddings = <A extends Paddings>(attributes: A): A => ({ ...attributes, paddings: channelsFirst(attributes.paddings) });

const padded = ({ shape }: Value, { paddings }: Paddings): number[] => shape.map((length, axis) => paddings[axis][0] + length + paddings[axis][1]);

const pad = onPlanes<Paddings & { constantValue: number }, Value>(movePaddings, (graph, { x }, attributes) => {
  const { paddings, constantValue } = attributes;
  const pads = graph.sizes([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
  const shape = padded(x, attributes);
  if (sizeOf(x.shape) === 0) return filled(graph, constantValue, shape, x.dtype);
  return { name: graph.node('Pad', [x.name, pads, graph.scalar(constantValue, x.dtype)]), shape, dtype: x.dtype };
});

const concat = onPlanes(
  ({ axis }: tf.ConcatAttrs) => ({ axis: moveAxes(axis)[0] }),
  (graph, inputs, { axis }): Value => {
    const all = Object.values(inputs);
    const parts = all.filter(({ shape }) => sizeOf(shape) > 0);
    const along = tf.util.parseAxisParam(axis, all[0].shape)[0];
    const shapes = all.map(({ shape }) => shape);
    tf.backend_util.assertParamsConsistent(shapes, along);
    const shape = tf.backend_util.computeOutShape(shapes, along);
    return { name: graph.node('Concat', parts.map(({ name }) => name), { axis: along }), shape, dtype: all[0].dtype };
  },
);

/** The places of `length` elements with `before` and `after` mirrored ones around; the edge itself is mirrored when `symmetric`. */
function mirrored(length: number, [before, after]: [number, number], symmetric: boolean): number[] {
  const edge = symmetric ? 1 : 0;
  return Array.from({ length: before + length + after }, (_, i) => {
    const at = i - before;
    return at < 0 ? -at - edge : at < length ? at : 2 * (length - 1) - at + edge;
  });
}

interface Tiles {
  blockShape: number[];
  /** What is padded, or cropped, along each axis that is cut into blocks. */
  margins: number[][];
  /** Those axes. */
  axes: number[];
}
const moveTiles = (attributes: Tiles): Tiles => ({ ...attributes, axes: attributes.axes.map(planeAxis) });
const firstAxes = ({ length }: number[]): number[] => Array.from({ length }, (_, i) => i + 1);

const marginsOf = ({ shape }: Value, { margins, axes }: Tiles): [number, number][] =>
  shape.map((_, axis) => (axes.includes(axis) ? (margins[axes.indexOf(axis)] as [number, number]) : [0, 0]));

const transposed = (graph: Graph, x: string, perm: number[]): string => graph.node('Transpose', [x], { perm });

/** Blocks of neighbours along some axes become images of their own. */
const spaceToBatch = onPlanes(moveTiles, (graph, { x }, attributes: Tiles): Value => {
  const { blockShape, axes } = attributes;
  const whole = pad(graph, { x }, { paddings: marginsOf(x, attributes), constantValue: 0 });
  const blockOf = (axis: number): number | undefined => blockShape[axes.indexOf(axis)];
  const apart = whole.shape.flatMap((length, axis) => (axes.includes(axis) ? [length / blockOf(axis)!, blockOf(axis)!] : [length]));
  const place = (axis: number): number => axis + axes.filter((other) => other < axis).length;
  const perm = [...axes.map((axis) => place(axis) + 1), ...whole.shape.map((_, axis) => place(axis))];
  const moved = transposed(graph, graph.node('Reshape', [whole.name, graph.sizes(apart)]), perm);
  const batch = blockShape.reduce((product, block) => product * block, whole.shape[0]);
  const shape = whole.shape.map((length, axis) => (axis === 0 ? batch : length / (blockOf(axis) ?? 1)));
  return { name: graph.node('Reshape', [moved, graph.sizes(shape)]), shape, dtype: x.dtype };
});

const batchToSpace = onPlanes(moveTiles, (graph, { x }, attributes: Tiles): Value => {
  const { blockShape, axes } = attributes;
  const batch = blockShape.reduce((quotient, block) => quotient / block, x.shape[0]);
  const count = blockShape.length;
  const perm = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [count + axis, axes.indexOf(axis)] : [count + axis]));
  const moved = transposed(graph, graph.node('Reshape', [x.name, graph.sizes([...blockShape, batch, ...x.shape.slice(1)])]), perm);
  const whole = x.shape.map((length, axis) => (axis === 0 ? batch : length * (blockShape[axes.indexOf(axis)] ?? 1)));
  const crops = marginsOf(x, attributes);
  const uncropped = { name: graph.node('Reshape', [moved, graph.sizes(whole)]), shape: whole, dtype: x.dtype };
  return part(graph, { x: uncropped }, { begin: crops.map(([before]) => before), shape: whole.map((length, axis) => length - crops[axis][0] - crops[axis][1]) });
});

export const shape: Lowerings<Value | Value[]> = {
  Reshape: (graph, { x }, { shape }: tf.ReshapeAttrs) => {
    const size = sizeOf(x.shape);
    const whole = tf.util.inferFromImplicitShape(shape, size);
    if (sizeOf(whole) !== size) throw new TraceError(`reshape: the new shape [${whole.join()}] must have as many values as [${x.shape.join()}]`);
    return reshape(graph, x, whole);
  },
  ExpandDims: (graph, { input }, { dim }: tf.ExpandDimsAttrs) => {
    const most = input.shape.length;
    if (dim < -most - 1 || dim > most) throw new TraceError(`expandDims: the axis must be from ${-most - 1} to ${most}, got ${dim}`);
    const axis = dim < 0 ? input.shape.length + 1 + dim : dim;
    return reshape(graph, input, [...input.shape.slice(0, axis), 1, ...input.shape.slice(axis)]);
  },
  Transpose: (graph, { x }, { perm }: tf.TransposeAttrs) => {
    if (perm.every((axis, i) => axis === i)) return x;
    const shape = perm.map((axis) => x.shape[axis]);
    const moved = x.planes === undefined ? perm : perm.map(planeAxis);
    return { name: transposed(graph, x.planes ?? x.name, moved), shape, dtype: x.dtype };
  },
  Tile: onPlanes(
    ({ reps }: tf.TileAttrs) => ({ reps: channelsFirst(reps) }),
    (graph, { x }, { reps }) => ({ name: graph.node('Tile', [x.name, graph.sizes(reps)]), shape: x.shape.map((size, axis) => size * reps[axis]), dtype: x.dtype }),
  ),
  Concat: concat,
  Pack: (graph, inputs, { axis }: tf.PackAttrs) => {
    const { shape, dtype } = inputs[0];
    const other = Object.values(inputs).find((x) => x.shape.join() !== shape.join() || x.dtype !== dtype);
    if (other) throw new TraceError(`stack: all tensors must have one shape and type, got ${dtype} [${shape.join()}] and ${other.dtype} [${other.shape.join()}]`);
    if (axis < -shape.length - 1 || axis > shape.length) throw new TraceError(`stack: the axis must be from ${-shape.length - 1} to ${shape.length}, got ${axis}`);
    const along = axis < 0 ? shape.length + 1 + axis : axis;
    const unsqueezed = Object.entries(inputs).map(([i, x]) => [i, reshape(graph, x, [...shape.slice(0, along), 1, ...shape.slice(along)])]);
    return concat(graph, Object.fromEntries(unsqueezed) as Record<string, Value>, { axis: along });
  },
  /** Of a single part tfjs' gradient fails, as that of `SplitV` does. */
  Unpack: (graph, { value }, { axis }: tf.UnpackAttrs) => {
    const along = tf.util.parseAxisParam(axis, value.shape)[0];
    const shape = value.shape.map((length, i) => (i === along ? 1 : length));
    return Array.from({ length: value.shape[along] }, (_, at) =>
      reshape(graph, part(graph, { x: value }, { begin: shape.map((_, i) => (i === along ? at : 0)), shape }), shape.filter((_, i) => i !== along)),
    );
  },
  Slice: (graph, { x }, { begin, size }: tf.SliceAttrs) => {
    const [start, shape] = tf.slice_util.parseSliceParams(x as unknown as tf.TensorInfo, begin, size);
    tf.slice_util.assertParamsValid(x as unknown as tf.TensorInfo, start, shape);
    return part(graph, { x }, { begin: start, shape });
  },
  /** tfjs has no gradient of it; `tf.slice` has one, and so has pooling with windows of 1 that skips pixels. */
  StridedSlice: (graph, { x }, { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask }: tf.StridedSliceAttrs) => {
    const info = tf.slice_util.sliceInfo(x.shape, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask);
    const shape = tf.slice_util.computeOutShape(info.begin, info.end, info.strides);
    return reshape(graph, part(graph, { x }, { begin: info.begin, shape, steps: info.strides }), info.finalShape);
  },
  SplitV: (graph, { x }, { numOrSizeSplits, axis }: tf.SplitVAttrs) => {
    const along = tf.util.parseAxisParam(axis, x.shape)[0];
    const sizes = tf.backend_util.prepareSplitSize(x as unknown as tf.Tensor, numOrSizeSplits, along);
    const shapeOf = (size: number) => x.shape.map((length, i) => (i === along ? size : length));
    if (x.planes === undefined) return graph.nodeOf(sizes.length, 'Split', [x.name, graph.sizes(sizes)], { axis: along }).map((name, i) => ({ name, shape: shapeOf(sizes[i]), dtype: x.dtype }));
    let from = 0;
    return sizes.map((size) => {
      const begin = x.shape.map((_, i) => (i === along ? from : 0));
      from += size;
      return part(graph, { x }, { begin, shape: shapeOf(size) });
    });
  },
  Reverse: (graph, { x }, { dims }: tf.ReverseAttrs) => (x.shape.length ? reversed(graph, x, tf.util.parseAxisParam(dims, x.shape)) : x),
  PadV2: pad,
  /** As in tfjs, its gradient leaves out what the mirrored elements get. */
  MirrorPad: onPlanes<tf.MirrorPadAttrs, Value>(movePaddings, (graph, { x }, attributes) => {
    const name = attributes.paddings.reduce((values, margins, axis) => {
      if (margins[0] + margins[1] === 0) return values;
      const places = mirrored(x.shape[axis], margins, attributes.mode === 'symmetric');
      return graph.node('Gather', [values, graph.sizes(places)], { axis });
    }, x.name);
    return { name, shape: padded(x, attributes), dtype: x.dtype };
  }),
  SpaceToBatchND: (graph, { x }, { blockShape, paddings }: tf.SpaceToBatchNDAttrs) =>
    spaceToBatch(graph, { x }, { blockShape, margins: paddings, axes: firstAxes(blockShape) }),
  BatchToSpaceND: (graph, { x }, { blockShape, crops }: tf.BatchToSpaceNDAttrs) =>
    batchToSpace(graph, { x }, { blockShape, margins: crops, axes: firstAxes(blockShape) }),
  Fill: (graph, _, { shape, value, dtype }: tf.FillAttrs) => filled(graph, value as number, shape, programType(dtype ?? 'float32')),
  ZerosLike: (graph, { x }) => filled(graph, 0, x.shape, x.dtype),
  OnesLike: (graph, { x }) => filled(graph, 1, x.shape, x.dtype),

  Diag: (graph, { x }) => {
    const size = sizeOf(x.shape);
    const places = Array.from({ length: size }, (_, i) => i);
    const diagonal = graph.node('Equal', [graph.constant(places, [size, 1], 'int32'), graph.constant(places, [size], 'int32')]);
    const row = reshape(graph, cast(graph, x, x.dtype === 'bool' ? 'int32' : x.dtype), [size]);
    const matrix = { name: graph.node('Where', [diagonal, row.name, graph.scalar(0, row.dtype)]), shape: [size, size], dtype: row.dtype };
    return cast(graph, reshape(graph, matrix, [...x.shape, ...x.shape]), x.dtype);
  },
  /** Added up as tfjs does, in the element type. */
  Range: (graph, _, { start, stop, step, dtype }: tf.RangeAttrs) => {
    const by = stop < start && step === 1 ? -1 : step;
    const length = Math.max(0, Math.ceil((stop - start) / by));
    const values = new (dtype === 'int32' ? Int32Array : Float32Array)(length).fill(start);
    for (let i = 1; i < length; i++) values[i] = values[i - 1] + by;
    return { name: graph.constant(values, [length], dtype), shape: [length], dtype: dtype as 'float32' };
  },
  LinSpace: (graph, _, { start, stop, num }: tf.LinSpaceAttrs) => {
    const values = new Float32Array(num).fill(start);
    for (let i = 1; i < num; i++) values[i] = values[i - 1] + (stop - start) / (num - 1);
    return { name: graph.constant(values, [num], 'float32'), shape: [num], dtype: 'float32' };
  },
};
