import { sizeOf } from '../system';

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

/** Values of one bit: a sign times a scale (Rastegari et al. 2016, section 3.1). */
export interface SignsTensor {
  kind: 'signs';
  name: string;
  shape: readonly number[];
  /** `[ceil(size / 8)]`: a bit for each value of `[...shape]` in C order, the most significant bit first; 1 is +. The bits that fill the last byte are 0. */
  signs: Uint8Array;
  /** Finite and above 0. `[0]`: each value is −1 or +1; `[1]`: one scale for all; with two axes or more `[last axis]`: one for each index of the last axis. */
  scales: Float32Array;
}

/** A tensor as a packed file holds it: its values as they are, shared through a codebook, or as signs. */
export type PackedTensor = DenseTensor | SharedTensor | SignsTensor;

/** A tensor's values, `[...shape]` in C order: `codebook[code - 1]`, or 0 where the code is 0; sign times scale. Those of a dense tensor are not copied. */
export function valuesOf(tensor: PackedTensor): Float32Array {
  if (tensor.kind === 'dense') return tensor.values;
  if (tensor.kind === 'signs') {
    const { signs } = tensor;
    const scales = tensor.scales.length > 0 ? tensor.scales : Float32Array.of(1);
    const values = new Float32Array(sizeOf(tensor.shape));
    for (let i = 0; i < values.length; i++) values[i] = (signs[i >>> 3] & (128 >>> (i & 7)) ? 1 : -1) * scales[i % scales.length];
    return values;
  }
  const { codebook, codes } = tensor;
  const values = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) if (codes[i] > 0) values[i] = codebook[codes[i] - 1];
  return values;
}
