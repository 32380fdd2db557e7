/** Values as they are. */
export interface DenseTensor {
  kind: 'dense';
  name: string;
  shape: readonly number[];
  /** `[...shape]` in C order: the last axis fastest. */
  values: Float32Array;
}

/** Values shared through a codebook: code 0 is exactly 0 (pruned), code c is `codebook[c - 1]`. */
export interface SharedTensor {
  kind: 'shared';
  name: string;
  shape: readonly number[];
  /** `[clusters]`, at most 65,535 */
  codebook: Float32Array;
  /** `[...shape]` in C order; `decode` gives bytes where the clusters allow it. */
  codes: Uint8Array | Uint16Array;
  /** Width of a gap in bits, 0 (all zeros stored) to 8; left out: the one that makes the smallest file. */
  indexBits?: number;
}

/** A tensor as a packed file holds it: its values as they are, or shared through a codebook. */
export type PackedTensor = DenseTensor | SharedTensor;

/** A tensor's values, `[...shape]` in C order: `codebook[code - 1]`, or 0 where the code is 0. Those of a dense tensor are not copied. */
export function valuesOf(tensor: PackedTensor): Float32Array {
  if (tensor.kind === 'dense') return tensor.values;
  const { codebook, codes } = tensor;
  const values = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) if (codes[i] > 0) values[i] = codebook[codes[i] - 1];
  return values;
}
