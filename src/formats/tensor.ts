/** An array of floats as a file holds it. */
export interface FloatTensor {
  shape: readonly number[];
  /** C order: the last axis fastest. */
  values: Float32Array;
}

/** The typed arrays that hold the numbers of a file. */
export type Numbers = Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

/** An array of numbers as a file holds it. */
export interface NumberTensor {
  shape: readonly number[];
  /** C order: the last axis fastest. */
  values: Numbers;
}

/** The same array in float32, `[...shape]`: values of another type are rounded to it, those of float32 are not copied. */
export const floatsOf = ({ shape, values }: NumberTensor): FloatTensor => ({ shape, values: values instanceof Float32Array ? values : Float32Array.from(values) });
