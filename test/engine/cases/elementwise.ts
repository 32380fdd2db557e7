import * as tf from '@tensorflow/tfjs';
import type { Case, Cases } from './case';
import { bools, broadcasting, counts, halves, indices, insides, ints, type Make, normals, ODD, positives, shape, UNBOUNDED } from './draws';

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** Shapes that broadcast: the usual ones, and drawn ones. */
const PAIRS: [number[], number[]][] = [
  [[], []],
  [[3], []],
  [[2, 3], [3]],
  [[2, 1], [1, 3]],
  [[2, 3, 4], [3, 1]],
  ...Array.from({ length: 3 }, broadcasting),
];

const SHAPES = [[], [5], [2, 3], shape(), shape(), shape(4)];

/** `fn` on every pair of shapes, its operands drawn by one of the makers at a time. */
const binary = (fn: Binary, ...makers: [Make, Make][]): Case[] =>
  makers.flatMap(([left, right]) => PAIRS.map(([a, b]): Case => [fn, left(a), right(b)]));

const unary = (fn: Unary, ...makers: Make[]): Case[] => makers.flatMap((make) => SHAPES.map((shape): Case => [fn, make(shape)]));

/** Whether `b` is broadcast to `a` and `a` not at all: where both are, tfjs' gradients have the shape of the result, and fail. */
const broadcastTo = (a: number[], b: number[]): boolean => tf.backend_util.assertAndGetBroadcastShape(a, b).join() === a.join();

/** Where `exp(x) - 1` and `log(1 + x)` lose most of their digits. */
const SMALL = tf.tensor1d([1e-3, -1e-3, 1e-5, -1e-5, 1e-7]);

const INFINITE = tf.tensor1d([Infinity, -Infinity]);

/** Meets every value of UNBOUNDED with every other. */
const EACH_ROW = tf.reshape(UNBOUNDED, [4, 1]);

/** Functions of any real number. */
const real = (fn: Unary): Case[] => [...unary(fn, normals, halves), [fn, ODD]];
const everywhere = (fn: Unary): Case[] => [...real(fn), [fn, UNBOUNDED]];

/** As tfjs makes their gradients from `Step`, NaN passes through the value only. */
const kinked = (fn: Unary): Case[] => [...real(fn), [fn, INFINITE], [(x) => tf.isNaN(fn(x)), UNBOUNDED]];

const arithmetic = (fn: Binary): Case[] => [...binary(fn, [normals, normals], [halves, halves], [ints, ints], [halves, ints]), [fn, UNBOUNDED, EACH_ROW]];

const comparison = (fn: Binary): Case[] => [...binary(fn, [halves, halves], [ints, ints], [bools, bools], [halves, ints]), [fn, UNBOUNDED, EACH_ROW]];

export const elementwise: Cases = {
  Add: arithmetic(tf.add),
  Sub: arithmetic(tf.sub),
  Multiply: arithmetic(tf.mul),
  RealDiv: [...binary(tf.div, [normals, normals], [halves, positives], [ints, positives]), [tf.div, ODD, halves(ODD.shape)], [tf.div, UNBOUNDED, EACH_ROW]],
  Maximum: arithmetic(tf.maximum),
  Minimum: arithmetic(tf.minimum),
  Pow: [
    ...binary(tf.pow, [positives, halves], [positives, normals], [ints, counts]),
    [(x) => tf.pow(x, 2), halves([3, 4])],
    [(x) => tf.pow(x, 3), normals([3, 4])],
    [(x) => tf.pow(x, 0.5), positives([3, 4])],
  ],
  FloorDiv: [
    ...binary(tf.floorDiv, [ints, counts], [halves, positives]),
    [tf.floorDiv, tf.tensor1d([7, -7, 7, -7, 16777217, 2147483647], 'int32'), tf.tensor1d([2, 2, -2, -2, 1, 2], 'int32')],
  ],
  Mod: [
    ...binary(tf.mod, [normals, positives], [halves, positives], [ints, counts]),
    [tf.mod, tf.tensor1d([7, -7, 7, -7, 6], 'int32'), tf.tensor1d([3, 3, -3, -3, 3], 'int32')],
    [tf.mod, tf.tensor1d([5.5, -5.5, 5.5, -5.5, 3, 0.7]), tf.tensor1d([2, 2, -2, -2, 1.5, 0.1])],
    [tf.mod, tf.tensor1d([5, 0]), tf.tensor1d([Infinity, Infinity])],
  ],
  BitwiseAnd: binary(tf.bitwiseAnd, [ints, ints]).filter(([, a, b]) => a.shape.join() === b.shape.join()),
  Atan2: [
    ...binary(tf.atan2, [normals, normals], [halves, positives], [ints, positives]),
    [(a, b) => tf.cast(tf.atan2(a, b), 'float32'), tf.tensor1d([0, 1, -1, 0, 0, 2, -2]), tf.tensor1d([0, 0, 0, 1, -1, -3, -3])],
    // Of constants, since tfjs' gradient of int32 operands has no type of its own.
    [() => tf.atan2(tf.tensor1d([1, -1, 1, 0]), tf.tensor1d([Infinity, Infinity, -Infinity, NaN])), indices(2)([1])],
  ],
  SquaredDifference: arithmetic(tf.squaredDifference),
  AddN: [
    [(...terms) => tf.addN(terms), normals([2, 3]), normals([2, 3]), normals([2, 3])],
    [(...terms) => tf.addN(terms), normals([]), normals([])],
    [(...terms) => tf.addN(terms), ints([4]), ints([4]), ints([4])],
  ],

  Equal: comparison(tf.equal),
  NotEqual: comparison(tf.notEqual),
  Greater: comparison(tf.greater),
  GreaterEqual: comparison(tf.greaterEqual),
  Less: comparison(tf.less),
  LessEqual: comparison(tf.lessEqual),
  LogicalAnd: binary(tf.logicalAnd, [bools, bools]),
  LogicalOr: binary(tf.logicalOr, [bools, bools]),
  LogicalNot: unary(tf.logicalNot, bools),
  Select: [
    ...[normals, ints, bools].map((make): Case => [(c, t, e) => tf.where(c, t, e), bools([2, 3]), make([2, 3]), make([2, 3])]),
    [(c, t, e) => tf.where(c, t, e), bools([3]), normals([2, 3]), normals([2, 1])],
    [(c, t, e) => tf.where(c, t, e), bools([]), normals([4]), normals([])],
    [(c, t, e) => tf.where(c, t, e), bools([4]), normals([4]), ints([4])],
    [(c, t, e) => tf.where(c, t, e), bools([4]), tf.fill([4], NaN), normals([4])],
  ],

  Abs: [...kinked(tf.abs), ...unary(tf.abs, ints)],
  Neg: [...everywhere(tf.neg), ...unary(tf.neg, ints)],
  /** Of NaN, tfjs' cpu backend gives 0 and ONNX Runtime NaN. */
  Sign: [...unary(tf.sign, normals, halves, ints), [tf.sign, ODD], [tf.sign, INFINITE]],
  Relu: [...kinked(tf.relu), ...unary(tf.relu, ints)],
  Floor: everywhere(tf.floor),
  Ceil: everywhere(tf.ceil),
  Round: everywhere(tf.round),
  Exp: everywhere(tf.exp),
  Log: [...unary(tf.log, positives), [tf.log, ODD], [tf.log, UNBOUNDED]],
  Sqrt: [...unary(tf.sqrt, positives), [tf.sqrt, ODD], [tf.sqrt, UNBOUNDED]],
  Sigmoid: everywhere(tf.sigmoid),
  Tanh: everywhere(tf.tanh),
  Softplus: everywhere(tf.softplus),
  Sin: [...unary(tf.sin, normals, halves), [tf.sin, UNBOUNDED]],
  Cos: [...unary(tf.cos, normals, halves), [tf.cos, UNBOUNDED]],
  Tan: [...unary(tf.tan, normals, halves), [tf.tan, UNBOUNDED]],
  Asin: [...unary(tf.asin, insides), [tf.asin, ODD], [tf.asin, UNBOUNDED]],
  Acos: [...unary(tf.acos, insides), [tf.acos, ODD], [tf.acos, UNBOUNDED]],
  Atan: everywhere(tf.atan),
  Sinh: everywhere(tf.sinh),
  Cosh: everywhere(tf.cosh),
  Asinh: everywhere(tf.asinh),
  Acosh: [...unary((x) => tf.acosh(tf.add(x, 1)), positives), [tf.acosh, ODD], [tf.acosh, UNBOUNDED]],
  Atanh: [...unary(tf.atanh, insides), [tf.atanh, ODD], [tf.atanh, UNBOUNDED]],
  Erf: everywhere(tf.erf),
  Reciprocal: everywhere(tf.reciprocal),
  IsNan: [...unary(tf.isNaN, normals, ints), [tf.isNaN, UNBOUNDED]],
  IsInf: [...unary(tf.isInf, normals, ints), [tf.isInf, UNBOUNDED]],
  IsFinite: [...unary(tf.isFinite, normals, ints), [tf.isFinite, UNBOUNDED]],
  Square: [...everywhere(tf.square), ...unary(tf.square, ints)],
  Rsqrt: [...unary(tf.rsqrt, positives), [tf.rsqrt, ODD], [tf.rsqrt, UNBOUNDED]],
  Expm1: [...everywhere(tf.expm1), [(x) => tf.mul(tf.expm1(x), 1e6), SMALL]],
  Log1p: [...unary(tf.log1p, positives), [tf.log1p, ODD], [tf.log1p, UNBOUNDED], [(x) => tf.mul(tf.log1p(x), 1e6), SMALL]],
  Relu6: [...kinked(tf.relu6), ...unary(tf.relu6, ints)],
  Elu: everywhere(tf.elu),
  EluGrad: unary((x) => tf.grad((y) => tf.elu(y))(x, tf.cos(x)), normals, halves),
  Selu: everywhere(tf.selu),
  Prelu: [...binary(tf.prelu, [normals, normals], [halves, halves]).filter(([, x, alpha]) => broadcastTo(x.shape, alpha.shape)), [(x) => tf.prelu(x, 0.25), UNBOUNDED]],
  LeakyRelu: [...kinked((x) => tf.leakyRelu(x)), ...unary((x) => tf.leakyRelu(x, 0.5), halves)],
  Step: [...real((x) => tf.step(x)), [(x) => tf.step(x), INFINITE], ...unary((x) => tf.step(x, 0.25), halves), ...unary((x) => tf.step(x), ints)],
  ClipByValue: [
    ...everywhere((x) => tf.clipByValue(x, -1, 1.5)),
    ...unary((x) => tf.clipByValue(x, 0, 0.5), halves),
    ...unary((x) => tf.clipByValue(x, -2, 3), ints),
  ],
  Identity: unary((x) => x.clone(), normals, ints, bools),
  Cast: [normals, halves, ints, bools].flatMap((make) =>
    (['float32', 'int32', 'bool'] as const).map((dtype): Case => [(x) => tf.cast(x, dtype), make([3, 4])]),
  ),
};
