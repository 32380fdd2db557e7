import * as tf from '@tensorflow/tfjs';
import { described } from '../system';
import { Matrix, SVD } from 'ml-matrix';

/**
 * The best approximation of a kernel by two factors (Eckart & Young 1936): K ≈ L · R with L = U_r S_r `[inputs, rank]` and R = V_rᵀ `[rank, units]`, from the singular values and vectors of K `[inputs, units]`; a kernel with more axes is taken as a matrix with its last axis as columns.
 * They hold rank · (inputs + units) values in place of inputs · units.
 *
 * @param kernel `[inputs, units]`, or `[...axes, units]` with inputs the product of those axes
 * @returns left `[inputs, rank]` and right `[rank, units]`, both in row-major order
 * @throws RangeError when the rank is not a whole number from 1 to the smaller side
 */
export function lowRank(kernel: tf.Tensor, rank: number): { left: Float32Array; right: Float32Array; inputs: number; units: number } {
  if (!(kernel instanceof tf.Tensor) || kernel.rank < 2) throw new TypeError(`lowRank: the kernel must be a tensor of two axes or more, got ${kernel instanceof tf.Tensor ? `[${kernel.shape.join()}]` : described(kernel)}; write layer.getWeights()[0]`);
  const units = kernel.shape.at(-1)!;
  const inputs = kernel.size / units;
  const most = Math.min(inputs, units);
  if (!Number.isInteger(rank) || rank < 1 || rank > most) throw new RangeError(`lowRank: the rank must be a whole number from 1 to ${most}, the smaller side of [${inputs}, ${units}], got ${rank}`);
  const { U, s, V } = decompositionOf(kernel, inputs, units);
  const left = new Float32Array(inputs * rank);
  const right = new Float32Array(rank * units);
  for (let r = 0; r < rank; r++) {
    for (let i = 0; i < inputs; i++) left[i * rank + r] = U.get(i, r) * s[r];
    for (let j = 0; j < units; j++) right[r * units + j] = V.get(j, r);
  }
  return { left, right, inputs, units };
}

interface Decomposition {
  U: Matrix;
  /** Descending. */
  s: readonly number[];
  V: Matrix;
}
const known = new WeakMap<object, Decomposition>();

/** Computed once for the same values: a sweep over ranks needs it again and again. */
function decompositionOf(kernel: tf.Tensor, inputs: number, units: number): Decomposition {
  const last = known.get(kernel.dataId);
  if (last?.U.rows === inputs && last.V.rows === units) return last; // a reshaped tensor has the same dataId
  const svd = new SVD(Matrix.from1DArray(inputs, units, kernel.dataSync<'float32'>()), { autoTranspose: true });
  const made = { U: svd.leftSingularVectors, s: svd.diagonal, V: svd.rightSingularVectors };
  known.set(kernel.dataId, made);
  return made;
}
