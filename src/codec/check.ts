import { sizeOf } from '../system';
import type { PackedTensor } from './packedTensor';
import { faultOf } from './signs';

/** Refuses a tensor that contradicts itself, or that a file cannot hold. */
export function checkTensor(tensor: PackedTensor): void {
  const where = `encode: '${tensor.name}'`;
  if (tensor.shape.length > 255 || !tensor.shape.every((length) => Number.isInteger(length) && length >= 0 && length < 2 ** 32)) {
    throw new RangeError(`${where} must have a shape of whole numbers, got [${tensor.shape.join(', ')}]`);
  }
  const size = sizeOf(tensor.shape);
  if (tensor.kind === 'signs') {
    const bytes = Math.ceil(size / 8);
    if (tensor.signs.length !== bytes) throw new RangeError(`${where} must have ${bytes} bytes of signs, a bit for each value of its shape [${tensor.shape.join(', ')}], got ${tensor.signs.length}`);
    const fault = faultOf(tensor);
    if (fault) throw new RangeError(`${where} ${fault}`);
    return;
  }
  const { length } = tensor.kind === 'shared' ? tensor.codes : tensor.values;
  if (length !== size) throw new RangeError(`${where} must have as many values as its shape [${tensor.shape.join(', ')}], got ${length}`);
  if (tensor.kind === 'dense') return;
  const { codebook, indexBits = 0 } = tensor;
  let largest = 0;
  for (const code of tensor.codes) if (code > largest) largest = code;
  if (codebook.length > 65535) throw new RangeError(`${where} must have at most 65535 clusters, got ${codebook.length}`);
  if (largest > codebook.length) throw new RangeError(`${where} must have codes up to ${codebook.length}, the size of its codebook, got ${largest}`);
  if (!Number.isInteger(indexBits) || indexBits < 0 || indexBits > 8) throw new RangeError(`${where} must have 0 to 8 index bits, got ${indexBits}`);
}
