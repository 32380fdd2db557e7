/** Tensors of TensorFlow.js, read in place: no tensor is made. */
import { classOf } from './attempt';
import { cut, plainLine } from './plain';
import type { MimeBundle } from './display';
import { nested, shortNumber } from './numbers';

interface Described {
  name?: unknown;
  shape: (number | null)[];
  dtype: string;
}

interface TensorLike extends Described {
  shape: number[];
  isDisposed: boolean;
  dataSync(): ArrayLike<number | string>;
}

const isLength = (length: unknown) => Number.isSafeInteger(length) && Number(length) >= 0;

const isTensor = (value: Partial<TensorLike>): value is TensorLike =>
  typeof value.dataSync === 'function' && typeof value.dtype === 'string' && Array.isArray(value.shape) && value.shape.every(isLength);

const isSymbolic = (value: Partial<Described>): value is Described =>
  'sourceLayer' in value && typeof value.dtype === 'string' && Array.isArray(value.shape);

/** `Tensor float32 [2, 3]`; undefined for what is no tensor. */
export function tensorTitle(value: object): string | undefined {
  if (!isTensor(value) && !isSymbolic(value)) return undefined;
  const name = typeof value.name === 'string' ? value.name : '';
  return cut([classOf(value) || 'Tensor', name, value.dtype, `[${value.shape.map(String).join(', ')}]`].filter(Boolean).join(' '), 1000);
}

/** A tensor's or a variable's class, type, shape, and values; the name and the shape of a symbolic one. */
export function tensor(value: object): MimeBundle | undefined {
  const title = tensorTitle(value);
  return title === undefined ? undefined : { 'text/plain': isTensor(value) ? withValues(title, value) : title };
}

function withValues(title: string, tensor: TensorLike): string {
  if (tensor.isDisposed) return `${title} disposed`;
  try {
    const values = tensor.dataSync();
    return cut(`${title}\n${nested(tensor.shape, (index) => valueText(tensor.dtype, values, index))}`, 100_000);
  } catch (error) {
    return `${title}\nits values cannot be read: ${plainLine((error as Error | undefined)?.message)}`;
  }
}

function valueText(dtype: string, values: ArrayLike<number | string>, index: number): string {
  if (dtype === 'complex64') {
    const imaginary = shortNumber(Number(values[2 * index + 1]));
    return `${shortNumber(Number(values[2 * index]))}${imaginary.startsWith('-') ? '' : '+'}${imaginary}i`;
  }
  const value = values[index];
  if (dtype === 'bool') return String(Boolean(value));
  return typeof value === 'number' ? shortNumber(value) : plainLine(value);
}
