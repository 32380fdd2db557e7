/** Values that have planes, as convolutions leave them: every operation on them against tfjs, and how many transposes are left between layers. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../src/engine';
import { normalizeBatch } from '../../src/engine/normalize';
import { optimize } from '../../src/engine/optimize';
import { type Output, trace } from '../../src/engine/trace';
import { bools, indices, type Make, normals, positives } from './cases/draws';
import { assertClose } from './close';

const FROM_IMAGES = '0,3,1,2';
const FROM_PLANES = '0,2,3,1';

/** How often images are transposed, there or back. */
function transposes(fn: (...tensors: tf.Tensor[]) => Output, ...inputs: tf.Tensor[]): number {
  const { nodes } = optimize(trace(fn, inputs).graph);
  return nodes.filter(({ op, attributes: { perm } }) => op === 'Transpose' && [FROM_IMAGES, FROM_PLANES].includes((perm as number[]).join())).length;
}

/** An operation on images, and what else it takes. */
type Operation = readonly [name: string, operation: (x: tf.Tensor4D, ...others: tf.Tensor[]) => tf.Tensor, ...others: tf.Tensor[]];

const convolve = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor4D => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');

/** The operation after a convolution: its value, and its gradient by the images and the other operands of float32; by the filter too, where that is asked for. */
function afterConvolution([, operation, ...others]: Operation, withGradient: boolean, byFilter: boolean) {
  return ([x, filter, ...rest]: tf.Tensor[]): Record<string, tf.Tensor> => {
    const apply = (x: tf.Tensor, filter: tf.Tensor, floats: tf.Tensor[]): tf.Tensor => {
      const left = [...floats];
      return operation(convolve(x, filter), ...others.map(({ dtype }, i) => (dtype === 'float32' ? left.shift()! : rest[i])));
    };
    const floats = rest.slice(0, others.length).filter(({ dtype }) => dtype === 'float32');
    const value = apply(x, filter, floats);
    if (!withGradient) return { value };
    const dy = rest[others.length];
    const gradients = byFilter
      ? tf.grads((x, filter, ...floats) => apply(x, filter, floats))([x, filter, ...floats], dy)
      : tf.grads((x, ...floats) => apply(x, filter, floats))([x, ...floats], dy);
    return { value, ...Object.fromEntries(gradients.map((gradient, i) => [`gradient ${i}`, gradient])) };
  };
}

/** As many operations make a program: large ones take the runtime far longer to open than as many nodes in several. */
const TOGETHER = 32;

/** Checks operations on what a convolution of drawn images `[batch, height, width, channels]` gives. */
async function check([...operations]: Operation[], sizes: number[]): Promise<void> {
  while (operations.length > 0) await checkTogether(operations.splice(0, TOGETHER), sizes);
}

async function checkTogether(operations: Operation[], sizes: number[]): Promise<void> {
  const [x, filter] = [normals([...sizes.slice(0, 3), 2]), normals([2, 2, 2, sizes[3]])];
  const prepared = operations.map((operation, i) => {
    const [, apply, ...others] = operation;
    const name = `${i}, ${operation[0]}`;
    const value = apply(convolve(x, filter), ...others);
    const dy = value.dtype === 'float32' ? [normals(value.shape)] : [];
    // Of the planes that the gradient has, the filter's makes no more than the images' does: once is enough.
    return { name, fn: afterConvolution(operation, dy.length > 0, i === 0), inputs: [x, filter, ...others, ...dy] };
  });
  const program = await compile((...args) => {
    const rest = [...args];
    return Object.fromEntries(prepared.flatMap(({ name, fn, inputs }) => Object.entries(fn(rest.splice(0, inputs.length))).map(([what, value]) => [`${name}: ${what}`, value])));
  }, prepared.flatMap(({ inputs }) => inputs));
  const actual = await program(...prepared.flatMap(({ inputs }) => inputs));
  for (const { name, fn, inputs } of prepared) {
    for (const [what, expected] of Object.entries(fn(inputs))) assertClose(actual[`${name}: ${what}`], expected, `${name} of [${sizes.join()}]: ${what}`, { sums: true });
  }
  await program.dispose();
}

/** Usual sizes, single pixels, channels, images and rows, and lengths that are equal. */
const SIZES = [[2, 4, 3, 5], [3, 1, 1, 4], [2, 3, 4, 1], [1, 2, 5, 3], [4, 1, 4, 4]];

const AXES = [0, 1, 2, 3, [0, 1], [1, 2], [2, 3], [0, 3], [-1], [0, 1, 2], [1, 2, 3], [0, 2, 3], [2, 1], [3, 1, 0], undefined, []];

const reductions = (name: string, reduce: (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor): Operation[] =>
  AXES.flatMap((axis) => [false, true].map((keepDims): Operation => [`${name} over ${String(axis)}${keepDims ? ', kept' : ''}`, (x) => reduce(x, axis, keepDims)]));

const REDUCTIONS: Record<string, Operation[]> = {
  Sum: reductions('sum', tf.sum),
  Mean: reductions('mean', tf.mean),
  Max: reductions('max', tf.max),
  Min: reductions('min', tf.min),
  Any: reductions('any', (x, axis, keepDims) => tf.any(tf.greater(x, 1), axis, keepDims)),
  'ArgMax and ArgMin': [0, 1, 2, 3, -1].flatMap((axis): Operation[] => [[`argMax over ${axis}`, (x) => tf.argMax(x, axis)], [`argMin over ${axis}`, (x) => tf.argMin(x, axis)]]),
  'a variance and a norm': [0, 1, 2, 3, [0, 1, 2], [1, 2]].map((axis): Operation => [`variance over ${String(axis)}`, (x) => tf.moments(x, axis).variance]),
};

/** Operands that are broadcast to images, by name. */
const broadcast = ([batch, height, width, channels]: number[], make: Make): [string, tf.Tensor][] =>
  [[], [1], [channels], [1, 1, 1, channels], [batch, 1, 1, 1], [1, height, width, 1], [batch, 1, 1, channels], [width, 1], [height, 1, channels], [batch, height, width, channels]].map((shape) => [
    `[${shape.join()}]`,
    make(shape),
  ]);

const BINARY: Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor> = {
  add: tf.add,
  mul: tf.mul,
  div: (a, b) => tf.div(a, tf.add(tf.square(b), 1)),
  prelu: tf.prelu,
  greater: tf.greater,
};

function broadcasts(sizes: number[]): Operation[] {
  const operands = broadcast(sizes, (shape) => tf.add(positives(shape), 1));
  const either = Object.entries(BINARY).flatMap(([name, fn]) =>
    operands.flatMap(([what, operand]): Operation[] => [
      [`${name} with ${what}`, (x, a) => fn(x, a), operand],
      ...(name === 'prelu' ? [] : [[`${name} of ${what}`, (x: tf.Tensor, a: tf.Tensor) => fn(a, x), operand] as const]),
    ]),
  );
  const chosen = broadcast(sizes, bools).flatMap(([what, condition]): Operation[] => [
    [`where ${what}`, (x, c, e) => tf.where(c, x, e), condition, normals([sizes[3]])],
    [`where ${what}, of two that have planes`, (x, c) => tf.where(c, x, tf.sin(x)), condition],
  ]);
  return [...either, ...chosen];
}

function moving([batch, height, width, channels]: number[]): Operation[] {
  const sizes = [batch, height, width, channels];
  const each = sizes.map((length, axis) => [length, axis]);
  const halved = sizes.map((length) => Math.ceil(length / 2));
  return [
    ...each.flatMap(([length, axis]): Operation[] => [
      [`concat along ${axis}`, (x, y) => tf.concat<tf.Tensor>([x, y, tf.neg(x)], axis), normals(sizes)],
      [`split along ${axis}`, (x) => tf.concat(tf.split(tf.concat([x, x], axis), 2 * length, axis).reverse(), axis - 4)],
      [`reverse along ${axis}`, (x) => tf.reverse(x, axis)],
      [`tile along ${axis}`, (x) => tf.tile(x, sizes.map((_, i) => (i === axis ? 3 : 1)))],
      [`pad along ${axis}`, (x) => tf.pad(x, sizes.map((_, i): [number, number] => (i === axis ? [1, 2] : [0, 0])), 0.5)],
      [`mirror along ${axis}`, (x) => tf.mirrorPad(x, sizes.map((_, i) => (i === axis ? [length, length - 1] : [0, 0])), 'symmetric')],
      [`stack along ${axis}`, (x, y) => tf.sum(tf.stack([x, y], axis), 0), normals(sizes)],
      [`gather along ${axis}`, (x, places) => tf.gather(x, places, axis), indices(length)([3])],
      [`cumulate along ${axis}`, (x) => tf.cumsum(tf.cast(tf.greater(x, 0), 'int32'), axis)],
      [`softmax of axis 3 times that of ${axis}`, (x) => tf.mul(tf.softmax(x), tf.transpose(x, [0, 1, 2, 3]))],
    ]),
    ['slice', (x) => tf.slice(x, halved.map((length, axis) => sizes[axis] - length), halved)],
    ['stepped slice', (x) => tf.cast(tf.greater(tf.stridedSlice(x, [0, 0, 0, -1], [0, 0, 0, 0], [1, 2, 2, -1], 15, 15), 0), 'int32')],
    ['sliced axis', (x) => tf.cast(tf.greater(tf.stridedSlice(x, [0, 0, 0, 0], [0, 1, 0, 0], [1, 1, 1, 1], 13, 13, 0, 0, 2), 0), 'int32')],
    ['unstack', (x) => tf.unstack(tf.concat([x, x], 1), 1)[1]],
    ['addN', (x, y) => tf.addN([x, y, tf.abs(x)]), normals(sizes)],
    ['transpose', (x) => tf.transpose(x, [3, 1, 0, 2])],
    ['channels first', (x) => tf.transpose(x, [0, 3, 1, 2])],
    ['reshape', (x) => tf.reshape(x, [batch, -1])],
    ['fill', (x) => tf.add(tf.zerosLike(x), tf.mul(tf.onesLike(x), tf.fill(sizes, 2)))],
    ['space to batch and back', (x) => tf.batchToSpaceND(tf.sin(tf.spaceToBatchND(x, [2, 3], [[height, 0], [0, 2 * width]])), [2, 3], [[0, height], [0, 0]])],
    ['depth to space', (x) => tf.cast(tf.depthToSpace(tf.cast(tf.greater<tf.Tensor4D>(tf.concat([x, x, x, x], 3), 0), 'float32'), 2), 'int32')],
    ['resize', (x) => tf.image.resizeNearestNeighbor(tf.cast(tf.greater<tf.Tensor4D>(x, 0), 'int32'), [2 * height, width + 1])],
    ['local response', (x) => tf.localResponseNormalization(x, 1)],
  ];
}

describe('values that have planes', () => {
  for (const [name, operations] of Object.entries(REDUCTIONS)) {
    it(`are reduced by ${name}`, async () => {
      for (const sizes of SIZES) await check(operations, sizes);
    });
  }

  it('meet scalars, channels, images and pixels', async () => {
    for (const sizes of SIZES) await check(broadcasts(sizes), sizes);
  });

  it('are put together, cut, padded and moved along every axis', async () => {
    for (const sizes of SIZES) await check(moving(sizes), sizes);
  });
});

describe('transposes between layers', () => {
  const images = normals([2, 8, 8, 3]);

  type Net = (x: tf.Tensor4D, filters: tf.Tensor4D[]) => tf.Tensor;
  const forward = (net: Net) => (x: tf.Tensor, ...filters: tf.Tensor[]): tf.Tensor => net(x as tf.Tensor4D, filters as tf.Tensor4D[]);

  /** The gradients of a net's filters, of the sum of its squared results. */
  const gradients = (net: Net) => (x: tf.Tensor, ...filters: tf.Tensor[]): Record<string, tf.Tensor> => {
    const loss = (...filters: tf.Tensor[]): tf.Tensor => tf.sum(tf.square(forward(net)(x, ...filters)));
    return Object.fromEntries(tf.grads(loss)(filters).map((gradient, i) => [i, gradient]));
  };

  const convolution = (x: tf.Tensor4D, filter: tf.Tensor4D, strides = 1): tf.Tensor4D => tf.conv2d(x, filter, strides, 'same');

  const fire = (x: tf.Tensor4D, [squeeze, ones, threes]: tf.Tensor4D[]): tf.Tensor4D => {
    const squeezed = tf.relu(convolution(x, squeeze));
    return tf.concat([tf.relu(convolution(squeezed, ones)), tf.relu(convolution(squeezed, threes))], 3);
  };

  const squeezenet: Net = (x, filters) => {
    const pooled = tf.maxPool(tf.relu(convolution(x, filters[0])), 3, 2, 'valid');
    const expanded = fire(pooled, filters.slice(1, 4));
    const bypassed = tf.add<tf.Tensor4D>(expanded, fire(expanded, filters.slice(4, 7)));
    return tf.mean(tf.relu(convolution(bypassed, filters[7])), [1, 2]);
  };
  const squeezeFilters = [[3, 3, 3, 4], [1, 1, 4, 2], [1, 1, 2, 4], [3, 3, 2, 4], [1, 1, 8, 3], [1, 1, 3, 4], [3, 3, 3, 4], [1, 1, 8, 10]].map((shape) => normals(shape));

  const [gamma, beta] = [positives([8]), normals([8])];
  /** Option A of He et al. 2016: every second pixel, and zeros for the channels that are new. */
  const residual = (halve: (x: tf.Tensor4D) => tf.Tensor): Net => (x, [first, second, third]) => {
    const input = tf.relu(convolution(x, first));
    const inner = tf.relu(normalizeBatch(convolution(input, second, 2), gamma, beta, 1e-3).y);
    const path = normalizeBatch(convolution(inner as tf.Tensor4D, third), gamma, beta, 1e-3).y;
    const shortcut = tf.pad(halve(input), [[0, 0], [0, 0], [0, 0], [0, 4]]);
    return tf.mean(tf.relu(tf.add(path, shortcut)), [1, 2]);
  };
  const residualFilters = [[3, 3, 3, 4], [3, 3, 4, 8], [3, 3, 8, 8]].map((shape) => normals(shape));
  const averaged = residual((x) => tf.avgPool(x, 1, 2, 'valid'));
  const stepped = residual((x) => tf.stridedSlice(x, [0, 0, 0, 0], [0, 0, 0, 0], [1, 2, 2, 1], 15, 15));

  it('are that of the input alone in a SqueezeNet with bypass', () => {
    assert.equal(transposes(forward(squeezenet), images, ...squeezeFilters), 1);
    assert.equal(transposes(gradients(squeezenet), images, ...squeezeFilters), 1);
  });

  it('are that of the input alone in a residual block with a shortcut without weights', () => {
    for (const block of [averaged, stepped]) assert.equal(transposes(forward(block), images, ...residualFilters), 1);
    assert.equal(transposes(gradients(averaged), images, ...residualFilters), 1);
  });

  it('are that of the input, and one there and back, where a dense layer follows', () => {
    const dense = normals([512, 5]) as tf.Tensor2D;
    const net: Net = (x, [filter]) => tf.matMul(tf.reshape(tf.relu(convolution(x, filter)), [2, 512]), dense);
    assert.equal(transposes(forward(net), images, normals([3, 3, 3, 8])), 2);
    assert.equal(transposes(gradients(net), images, normals([3, 3, 3, 8])), 3);
  });

  it('are none where an image has one pixel', () => {
    const net: Net = (x, [filter]) => tf.reshape(tf.relu(tf.conv2d(x, filter, 1, 'valid')), [2, 10]);
    assert.equal(transposes(gradients(net), images, normals([8, 8, 3, 10])), 1);
  });
});
