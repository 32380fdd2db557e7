/** Signs of one bit: made from values, checked, written and read. */
import { sizeOf } from '../system';
import type { BitReader, BitWriter } from './bits';
import { FormatError } from './error';
import { readFloats, writeFloats } from './floats';
import type { SignsTensor } from './packedTensor';
import type { Mark } from './tensors';

/**
 * Values as signs and scales: the scale is |v|, of all values or, with two axes or more, of those with one index of the last axis.
 *
 * ```ts
 * import { codec } from 'squeezelab';
 *
 * const { signs, scales } = codec.toSigns([2, 2], Float32Array.of(0.5, -2, -0.5, 2))!;
 * console.log(signs[0].toString(2), scales.join()); // => 10010000 0.5,2
 * ```
 *
 * @param values `[...shape]` in C order
 * @returns no scales where each value is −1 or +1; undefined where there are no values, or they have other magnitudes, 0 or what is not finite among them
 */
export function toSigns(shape: readonly number[], values: Float32Array): Pick<SignsTensor, 'signs' | 'scales'> | undefined {
  const columns = shape.length > 1 ? shape[shape.length - 1] : 1;
  const magnitudes = values.slice(0, columns).map(Math.abs);
  if (values.length === 0 || !magnitudes.every(isScale) || values.some((value, i) => Math.abs(value) !== magnitudes[i % columns])) return undefined;
  const signs = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, i) => (signs[i >>> 3] |= value > 0 ? 128 >>> (i & 7) : 0));
  const alike = magnitudes.every((magnitude) => magnitude === magnitudes[0]);
  return { signs, scales: alike ? magnitudes.slice(0, magnitudes[0] === 1 ? 0 : 1) : magnitudes };
}

/** What is wrong with a tensor of signs: what must hold and what came, or undefined. */
export function faultOf({ shape, signs, scales }: SignsTensor): string | undefined {
  const fault = faultOfCount(shape, scales.length);
  if (fault) return fault;
  const wrong = scales.find((scale) => !isScale(scale));
  if (wrong !== undefined) return `must have scales that are finite and above 0, got ${wrong}`;
  const used = sizeOf(shape) % 8;
  return used > 0 && signs[signs.length - 1] & (255 >>> used) ? 'must have zeros in the bits that fill the last byte of its signs' : undefined;
}

function faultOfCount(shape: readonly number[], scales: number): string | undefined {
  const fits = scales === 0 || (scales <= sizeOf(shape) && (scales === 1 || (shape.length > 1 && scales === shape[shape.length - 1])));
  return fits ? undefined : `must have no scale, one, or with two axes or more one for each index of the last, and no more of them than values, got ${scales} for [${shape.join(', ')}]`;
}

const isScale = (scale: number): boolean => scale > 0 && scale < Infinity;

export function writeSigns(writer: BitWriter, { scales, signs }: SignsTensor, mark: Mark): void {
  writer.writeVarint(scales.length);
  mark('header');
  if (scales.length > 0) writeFloats(writer, scales);
  mark('codebook');
  writer.writeBytes(signs);
  mark('codes');
}

/** What stands after the shape of a tensor of signs; `start` is its first byte. */
export function readSigns(reader: BitReader, name: string, shape: readonly number[], start: number, mark: Mark): SignsTensor {
  const refuse = (fault?: string) => {
    if (fault) throw new FormatError(`readTensor: '${name}' ${fault}`, start);
  };
  const count = reader.readVarint();
  refuse(faultOfCount(shape, count));
  mark('header');
  const scales = count > 0 ? readFloats(reader, count) : new Float32Array(0);
  mark('codebook');
  const signs = reader.readBytes(Math.ceil(sizeOf(shape) / 8)).slice();
  mark('codes');
  const tensor: SignsTensor = { kind: 'signs', name, shape, signs, scales };
  refuse(faultOf(tensor));
  return tensor;
}
