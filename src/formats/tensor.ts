/** An array of floats as a file holds it. */
export interface FloatTensor {
  shape: readonly number[];
  /** C order: the last axis fastest. */
  values: Float32Array;
}
