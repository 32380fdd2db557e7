import * as tf from '@tensorflow/tfjs';
import type { Case, Cases } from './case';
import { ints, normals, shape } from './draws';

const FLAGS = [false, true];

/** The shapes of the factors of a product of `[rows, inner]` and `[inner, columns]`, for each choice of transposes. */
const transposed = (rows: number, inner: number, columns: number) =>
  FLAGS.flatMap((a) => FLAGS.map((b) => ({ a, b, left: a ? [inner, rows] : [rows, inner], right: b ? [columns, inner] : [inner, columns] })));

/** Leading axes of the two factors: none, equal, and one broadcast. */
const STACKS: [number[], number[]][] = [
  [[], []],
  [[1], [1]],
  [[3], [3]],
  [[3], [1]],
  [[2, 3], [2, 3]],
];

/** Factors of one rank, as tf.matMul asks. */
const products = STACKS.flatMap(([outerA, outerB]) =>
  [transposed(2, 3, 4), transposed(1, 5, 1)].flatMap((sizes) =>
    sizes.map(({ a, b, left, right }): Case => [(x, y) => tf.matMul(x, y, a, b), normals([...outerA, ...left]), normals([...outerB, ...right])]),
  ),
);

type Activation = 'linear' | 'relu' | 'relu6' | 'elu' | 'sigmoid' | 'leakyrelu';
const ACTIVATIONS: Activation[] = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'];

/** The gradient of the fused kernel exists for `linear` and `relu` only; for the others tfjs takes the unfused way itself. */
const fused = (activation: Activation, bias: boolean): Case[] =>
  [
    { left: [4, 3], right: [3, 5], row: [5] },
    { left: [2, 4, 3], right: [2, 3, 5], row: [5] },
    { left: [1, 3], right: [3, 1], row: [1] },
  ].map(({ left, right, row }): Case => {
    const product = (a: tf.Tensor, b: tf.Tensor, c?: tf.Tensor) => tf.fused.matMul({ a, b, bias: c, activation });
    return bias ? [product, normals(left), normals(right), normals(row)] : [product, normals(left), normals(right)];
  });

export const matmul: Cases = {
  BatchMatMul: [...products, [(x, y) => tf.matMul(x, y), ints([2, 3]), ints([3, 4])]],
  _FusedMatMul: [
    ...ACTIVATIONS.flatMap((activation) => FLAGS.flatMap((bias) => fused(activation, bias))),
    ...transposed(2, 3, 4).map(({ a, b, left, right }): Case => [
      (x, y, bias) => tf.fused.matMul({ a: x, b: y, transposeA: a, transposeB: b, bias, activation: 'relu' }),
      normals(left),
      normals(right),
      normals([4]),
    ]),
    ...[[4], [1, 4], [2, 4]].map((slopes): Case => {
      const [a, b, alpha] = [normals([2, 3]), normals([3, 4]), normals(slopes)];
      // Of constants: tfjs has no gradient of the fused prelu.
      return [() => tf.fused.matMul({ a, b, activation: 'prelu', preluActivationWeights: alpha }), ints([1])];
    }),
    [(a, b) => tf.fused.matMul({ a, b, activation: 'leakyrelu', leakyreluAlpha: 0.5 }), normals([2, 3]), normals([3, 4])],
  ],
  Einsum: [
    [(a, b) => tf.einsum('ij,jk->ik', a, b), normals([2, 3]), normals([3, 4])],
    [(a, b) => tf.einsum('bij, bjk -> bki', a, b), normals([2, 3, 4]), normals([2, 4, 5])],
    [(a, b) => tf.einsum('i,j->ij', a, b), normals([3]), normals([4])],
    [(a) => tf.einsum('ij->ji', a), normals([2, 3])],
    [(a) => tf.einsum('ijk->j', a), normals([2, 3, 4])],
    [(a, b) => tf.einsum('bhqd,bhkd->bhqk', a, b), normals([2, 3, 4, 5]), normals([2, 3, 1, 5])],
    [(a, b) => tf.einsum('ij,j->i', a, b), normals([2, 3]), normals([3])],
    [(a, b) => tf.einsum('ij,ij->', a, b), normals([2, 3]), normals([2, 3])],
    [(a, b) => tf.einsum('ij,jk->ik', a, b), ints([2, 3]), ints([3, 4])],
    // An index of one operand that is summed must be the only one: the cpu backend mixes up the others.
    ...[shape(3), shape(3)].map(([i, j, k]): Case => [(a, b) => tf.einsum('ij,kj->ik', a, b), normals([i, j]), normals([k, j])]),
  ],
};
