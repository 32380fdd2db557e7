/** Arithmetic, comparison, logic and functions of one element each, with numpy's broadcasting as tfjs has it. */
import * as tf from '@tensorflow/tfjs';
import { type Graph, programType, type Value } from '../graph';
import { cast, like, type Lowering, type Lowerings } from './lowering';

const broadcast = (a: Value, b: Value): number[] => tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);

/** An operator of ONNX with the same meaning on two operands. */
const binary =
  (op: string): Lowering =>
  (graph, { a, b }) => ({ name: graph.node(op, [a.name, b.name]), shape: broadcast(a, b), dtype: a.dtype });

/** ONNX compares numbers only, so booleans are compared as int32. */
const compare =
  (op: string, negate = false): Lowering =>
  (graph, { a, b }) => {
    const [x, y] = [a, b].map((operand) => (operand.dtype === 'bool' ? cast(graph, operand, 'int32') : operand));
    const result = graph.node(op, [x.name, y.name]);
    return { name: negate ? graph.node('Not', [result]) : result, shape: broadcast(a, b), dtype: 'bool' };
  };

const logic =
  (op: string): Lowering =>
  (graph, { a, b }) => ({ name: graph.node(op, [a.name, b.name]), shape: broadcast(a, b), dtype: 'bool' });

const unary =
  (op: string): Lowering =>
  (graph, { x }) =>
    like(graph.node(op, [x.name]), x);

/** A function that tfjs computes in float32 whatever it is given. */
const floating =
  (op: string): Lowering =>
  (graph, { x }) => {
    const operand = cast(graph, x, 'float32');
    return like(graph.node(op, [operand.name]), operand);
  };

/** A function that leaves whole numbers, and logic, as they are. */
const rounding =
  (op: string): Lowering =>
  (graph, { x }) =>
    x.dtype === 'float32' ? like(graph.node(op, [x.name]), x) : x;

/** A function written as an expression of ONNX operators on `x`. */
const expression =
  (write: (graph: Graph, x: string, value: Value) => string): Lowering =>
  (graph, { x }) =>
    like(write(graph, x.name, x), x);

/** The remainder of a / b with the sign of b: what is left of a after the floor of the quotient. */
function modulo(graph: Graph, a: Value, b: Value): string {
  if (a.dtype === 'int32') return graph.node('Mod', [a.name, b.name]);
  const [truncated, signOfA, signOfB] = [graph.node('Mod', [a.name, b.name], { fmod: 1 }), ...[a, b].map(({ name }) => graph.node('Less', [name, graph.scalar(0)]))];
  const wrapped = graph.node('Mod', [graph.node('Add', [truncated, b.name]), b.name], { fmod: 1 });
  return graph.node('Where', [graph.node('Xor', [signOfA, signOfB]), wrapped, truncated]);
}

/** The largest float. */
const LARGEST = 3.4028234e38;

export const elementwise: Lowerings = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  /** 1 to any power is 1, in tfjs NaN for NaN and infinities; of int32, what does not fit is left to the processor. */
  Pow: binary('Pow'),
  /** Integers are divided exactly; by 0, the run stops with an error of ONNX Runtime, as `Mod` does. */
  FloorDiv: (graph, { a, b }) => {
    const shape = broadcast(a, b);
    if (a.dtype === 'int32') return { name: graph.node('Div', [graph.node('Sub', [a.name, modulo(graph, a, b)]), b.name]), shape, dtype: 'int32' };
    return cast(graph, { name: graph.node('Floor', [graph.node('Div', [a.name, b.name])]), shape, dtype: 'float32' }, 'int32');
  },
  Mod: (graph, { a, b }) => ({ name: modulo(graph, a, b), shape: broadcast(a, b), dtype: a.dtype }),
  BitwiseAnd: binary('BitwiseAnd'),
  /** The angle of the point (b, a). Of 0 and 0 it is 0 whatever their signs, and of two infinities NaN. */
  Atan2: (graph, { a, b }) => {
    const [y, x] = [a, b].map((operand) => cast(graph, operand, 'float32').name);
    const zero = graph.scalar(0);
    const origin = graph.node('And', [graph.node('Equal', [y, zero]), graph.node('Equal', [x, zero])]);
    const angle = graph.node('Where', [origin, zero, graph.node('Atan', [graph.node('Div', [y, x])])]);
    const halfTurn = graph.node('Where', [graph.node('Less', [y, zero]), graph.scalar(-Math.PI), graph.scalar(Math.PI)]);
    const turn = graph.node('Where', [graph.node('Less', [x, zero]), halfTurn, zero]);
    return { name: graph.node('Add', [angle, turn]), shape: broadcast(a, b), dtype: 'float32' };
  },
  SquaredDifference: (graph, { a, b }) => {
    const difference = graph.node('Sub', [a.name, b.name]);
    return { name: graph.node('Mul', [difference, difference]), shape: broadcast(a, b), dtype: a.dtype };
  },
  AddN: (graph, inputs) => {
    const terms = Object.values(inputs);
    const names = terms.map(({ name }) => name);
    // ONNX sums floats only.
    return like(terms[0].dtype === 'float32' ? graph.node('Sum', names) : names.reduce((sum, name) => graph.node('Add', [sum, name])), terms[0]);
  },

  Equal: compare('Equal'),
  NotEqual: compare('Equal', true),
  Greater: compare('Greater'),
  GreaterEqual: compare('GreaterOrEqual'),
  Less: compare('Less'),
  LessEqual: compare('LessOrEqual'),
  LogicalAnd: logic('And'),
  LogicalOr: logic('Or'),
  LogicalNot: unary('Not'),

  /** `tf.where` has broadcast all three to one shape. */
  Select: (graph, { condition: { name: chosen }, t, e }) => {
    const dtype = tf.upcastType(t.dtype, e.dtype) as Value['dtype'];
    if (dtype === 'bool') {
      const branches = [t, e].map((branch) => cast(graph, branch, 'int32').name);
      return cast(graph, { name: graph.node('Where', [chosen, ...branches]), shape: t.shape, dtype: 'int32' }, 'bool');
    }
    return { name: graph.node('Where', [chosen, cast(graph, t, dtype).name, cast(graph, e, dtype).name]), shape: t.shape, dtype };
  },

  Abs: unary('Abs'),
  Neg: unary('Neg'),
  /** Of NaN it is NaN, in tfjs 0. */
  Sign: unary('Sign'),
  Relu: unary('Relu'),
  Floor: rounding('Floor'),
  Ceil: rounding('Ceil'),
  /** Halves go to the even neighbour. */
  Round: rounding('Round'),
  Exp: floating('Exp'),
  Log: floating('Log'),
  Sqrt: floating('Sqrt'),
  Sigmoid: floating('Sigmoid'),
  Tanh: floating('Tanh'),
  Softplus: floating('Softplus'),
  Sin: floating('Sin'),
  Cos: floating('Cos'),
  Tan: floating('Tan'),
  Asin: floating('Asin'),
  Acos: floating('Acos'),
  Atan: floating('Atan'),
  Sinh: floating('Sinh'),
  Cosh: floating('Cosh'),
  Asinh: floating('Asinh'),
  Acosh: floating('Acosh'),
  Atanh: floating('Atanh'),
  Erf: floating('Erf'),
  Reciprocal: floating('Reciprocal'),
  IsNan: (graph, { x }) => ({ name: graph.node('IsNaN', [cast(graph, x, 'float32').name]), shape: x.shape, dtype: 'bool' }),
  IsInf: (graph, { x }) => ({ name: graph.node('IsInf', [cast(graph, x, 'float32').name]), shape: x.shape, dtype: 'bool' }),
  IsFinite: (graph, { x }) => {
    const { name } = cast(graph, x, 'float32');
    const other = graph.node('Or', [graph.node('IsNaN', [name]), graph.node('IsInf', [name])]);
    return { name: graph.node('Not', [other]), shape: x.shape, dtype: 'bool' };
  },
  Square: expression((graph, x) => graph.node('Mul', [x, x])),
  Rsqrt: expression((graph, x) => graph.node('Reciprocal', [graph.node('Sqrt', [x])])),
  /** exp(x) - 1 = tanh(x / 2) (exp(x) + 1), which loses nothing near 0. */
  Expm1: expression((graph, x) => {
    const half = graph.node('Tanh', [graph.node('Mul', [x, graph.scalar(0.5)])]);
    return graph.node('Mul', [half, graph.node('Add', [graph.node('Exp', [x]), graph.scalar(1)])]);
  }),
  /** log(1 + x) = 2 atanh(x / (x + 2)), which loses nothing near 0. */
  Log1p: expression((graph, x) => {
    const atanh = graph.node('Atanh', [graph.node('Div', [x, graph.node('Add', [x, graph.scalar(2)])])]);
    const large = graph.node('Log', [graph.node('Add', [x, graph.scalar(1)])]);
    return graph.node('Where', [graph.node('Less', [x, graph.scalar(1)]), graph.node('Mul', [atanh, graph.scalar(2)]), large]);
  }),
  Relu6: expression((graph, x, { dtype }) => graph.node('Clip', [x, graph.scalar(0, dtype), graph.scalar(6, dtype)])),
  Elu: floating('Elu'),
  EluGrad: (graph, { dy, y }) => {
    const slope = graph.node('Where', [
      graph.node('GreaterOrEqual', [y.name, graph.scalar(0)]),
      graph.scalar(1),
      graph.node('Add', [y.name, graph.scalar(1)]),
    ]);
    return like(graph.node('Mul', [dy.name, slope]), dy);
  },
  Selu: floating('Selu'),
  /** ONNX broadcasts the slopes only. */
  Prelu: (graph, { x, alpha }) => {
    const shape = broadcast(x, alpha);
    const [operand, slope] = [x, alpha].map((value) => cast(graph, value, 'float32').name);
    const whole = shape.join() === x.shape.join() ? operand : graph.node('Expand', [operand, graph.sizes(shape)]);
    return { name: graph.node('PRelu', [whole, slope]), shape, dtype: 'float32' };
  },
  LeakyRelu: (graph, { x }, { alpha }: tf.LeakyReluAttrs) =>
    like(graph.node('LeakyRelu', [cast(graph, x, 'float32').name], { alpha: { float: alpha } }), { ...x, dtype: 'float32' }),
  /** Floats below 3e-39, which the processor may take for 0 anyway, give less than 1. */
  Step: (graph, { x }, { alpha }: tf.StepAttrs) => {
    // Two quick passes; a comparison, which is cast, takes twice the time.
    if (alpha === 0 && x.dtype === 'float32') return like(graph.node('Clip', [graph.node('Mul', [x.name, graph.scalar(LARGEST)]), graph.scalar(0), graph.scalar(1)]), x);
    const positive = graph.node('Greater', [x.name, graph.scalar(0, x.dtype)]);
    if (alpha === 0) return cast(graph, { name: positive, shape: x.shape, dtype: 'bool' }, x.dtype);
    const chosen = graph.node('Where', [positive, graph.scalar(1, x.dtype), graph.scalar(alpha, x.dtype)]);
    return like(x.dtype === 'float32' ? graph.node('Where', [graph.node('IsNaN', [x.name]), x.name, chosen]) : chosen, x);
  },
  ClipByValue: (graph, { x }, { clipValueMin, clipValueMax }: tf.ClipByValueAttrs) =>
    like(graph.node('Clip', [x.name, graph.scalar(clipValueMin, x.dtype), graph.scalar(clipValueMax, x.dtype)]), x),
  Identity: (_, { x }) => x,
  /** NaN, and floats beyond int32, become what the processor makes of them, in tfjs 0. */
  Cast: (graph, { x }, { dtype }: tf.CastAttrs) => cast(graph, x, programType(dtype)),
};
