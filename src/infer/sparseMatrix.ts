import { toGaps, type SharedTensor } from '../codec';
import { instantiate } from './sparseInstance';
import { WIDTHS } from './sparseKernels';

/** A pruned layer's weights, held without the zeros, that multiplies on one core in WebAssembly. */
export interface SparseMatrix {
  /** Features of x, rows of W. */
  readonly inputs: number;
  /** Features of y, columns of W. */
  readonly outputs: number;
  /** Weights that are held; with codes, fillers included. */
  readonly entries: number;
  /** What the weights take in memory, indices included. */
  readonly bytes: number;
  /**
   * y = x W, in float32.
   *
   * @param x `[batch, inputs]`, finite
   * @returns `[batch, outputs]`
   * @throws RangeError when the length of x is not a multiple of the inputs
   */
  multiply(x: Float32Array): Float32Array;
}

/** The entries, output by output; `ends` counts those up to the end of each output, `[outputs]`. */
interface Rows {
  ends: Uint32Array;
  /** Numbers of the inputs, or gaps. */
  places: Uint16Array | Uint8Array;
  /** Weights, or codes. */
  values: Float32Array | Uint8Array;
  /** With a zero in front, for fillers. */
  codebook: Float32Array;
}

/**
 * Compressed sparse rows: for each output the inputs' numbers (16 bits) and the weights (32 bits). Han et al. 2016, section 2, start from
 * this form; it takes 6 bytes an entry.
 *
 * ```ts
 * import { inference } from 'squeezelab';
 *
 * const matrix = await inference.csr(Float32Array.of(0, 2, 0, 0, 3, 0), [2, 3]); // two inputs, three outputs
 * console.log(matrix.entries, matrix.multiply(Float32Array.of(10, 100)).join()); // => 2 0,320,0
 * ```
 *
 * @param kernel `[inputs, outputs]`, as a dense layer of tfjs has it
 * @throws RangeError when the kernel's length is not its shape's, or there are more than 65,535 inputs
 */
export async function csr(kernel: Float32Array, [inputs, outputs]: readonly [number, number]): Promise<SparseMatrix> {
  const { ends, numbers, values } = byOutput(kernel, inputs, outputs);
  return hold('csr', inputs, outputs, { ends, places: numbers, values, codebook: new Float32Array(0) });
}

/**
 * The codes of a packed file with their codebook (Han et al. 2016, section 3): for each output its codes, and the gaps of a relative index that begins
 * there, a byte each. It takes 2 bytes an entry.
 *
 * ```ts
 * import { codec, inference, key, lenet300, pack, parametrize, prune, share } from 'squeezelab';
 *
 * const model = lenet300(key(1));
 * for (const layer of model.layers) parametrize(layer, 'kernel', prune({ density: 0.1 }));
 * for (const layer of model.layers) parametrize(layer, 'kernel', share({ bits: 5 }));
 * const [tensor] = codec.decode(pack(model).bytes).tensors;
 * if (tensor.kind === 'shared') {
 *   const matrix = await inference.sparseCodes(tensor);
 *   console.log(matrix.inputs, matrix.outputs, matrix.bytes < 0.06 * 4 * 784 * 300); // => 784 300 true
 * }
 * ```
 *
 * @param tensor of a dense layer's kernel, `[inputs, outputs]`
 * @throws RangeError when the tensor has other than two axes, more than 255 clusters or 65,535 inputs, or a code without a cluster
 */
export async function sparseCodes({ name, shape, codebook, codes }: Pick<SharedTensor, 'name' | 'shape' | 'codebook' | 'codes'>): Promise<SparseMatrix> {
  if (shape.length !== 2 || codebook.length > 255) {
    throw new RangeError(`sparseCodes: ${name} must be [inputs, outputs] with at most 255 clusters, got [${shape.join()}] with ${codebook.length}; use csr for more`);
  }
  if (codes.some((code) => code > codebook.length)) throw new RangeError(`sparseCodes: the codes of ${name} must be 0 to ${codebook.length}, one for each cluster`);
  const [inputs, outputs] = shape;
  const { ends, numbers, values } = byOutput(codes, inputs, outputs);
  const rows = Array.from(ends, (end, output) => {
    const start = output > 0 ? ends[output - 1] : 0;
    return toGaps(Uint32Array.from(numbers.subarray(start, end)), Uint16Array.from(values.subarray(start, end)), 8);
  });
  let count = 0;
  rows.forEach(({ gaps }, output) => (ends[output] = count += gaps.length));
  const places = new Uint8Array(count);
  const kept = new Uint8Array(count);
  rows.forEach(({ gaps, codes }, output) => {
    places.set(gaps, ends[output] - gaps.length);
    kept.set(codes, ends[output] - gaps.length);
  });
  return hold('codes', inputs, outputs, { ends, places, values: kept, codebook: Float32Array.of(0, ...codebook) });
}

/** The values that are not zero, output by output, with the numbers of their inputs. */
function byOutput<T extends Float32Array | Uint8Array | Uint16Array>(kernel: T, inputs: number, outputs: number): { ends: Uint32Array; numbers: Uint16Array; values: T } {
  if (![inputs, outputs].every((count) => Number.isInteger(count) && count > 0)) throw new RangeError(`sparse: a layer must have whole numbers of inputs and outputs from 1 on, got [${inputs}, ${outputs}]`);
  if (kernel.length !== inputs * outputs) throw new RangeError(`sparse: a kernel of [${inputs}, ${outputs}] must have ${inputs * outputs} values, got ${kernel.length}`);
  if (inputs > 65535) throw new RangeError(`sparse: a layer must have at most 65535 inputs, got ${inputs}`);
  const starts = new Uint32Array(outputs + 1);
  for (let i = 0, place = 0; i < inputs; i++) for (let output = 0; output < outputs; output++, place++) if (kernel[place] !== 0) starts[output + 1]++;
  for (let output = 0; output < outputs; output++) starts[output + 1] += starts[output];
  const count = starts[outputs];
  const numbers = new Uint16Array(count);
  const values = new (kernel.constructor as new (length: number) => T)(count);
  for (let i = 0, place = 0; i < inputs; i++) {
    for (let output = 0; output < outputs; output++, place++) {
      if (kernel[place] === 0) continue;
      const entry = starts[output]++;
      numbers[entry] = i;
      values[entry] = kernel[place];
    }
  }
  return { ends: starts.subarray(0, outputs), numbers, values };
}

/** Puts the entries into memory of their own, with room for sixteen rows of inputs and outputs. */
async function hold(form: 'csr' | 'codes', inputs: number, outputs: number, { ends, places, values, codebook }: Rows): Promise<SparseMatrix> {
  let size = 0;
  const place = (bytes: number): number => {
    const start = size;
    size = Math.ceil((start + bytes) / 16) * 16;
    return start;
  };
  const [endsAt, placesAt, valuesAt, codebookAt] = [ends, places, values, codebook].map(({ byteLength }) => place(byteLength));
  const bytes = ends.byteLength + places.byteLength + values.byteLength + codebook.byteLength;
  const rows = WIDTHS[0];
  const [xAt, besideAt, yAt] = [rows * inputs, rows * inputs, rows * outputs].map((length) => place(4 * length));
  const { memory, multiply, transpose } = await instantiate(form, size);

  const write = <T extends Float32Array | Uint32Array | Uint16Array | Uint8Array>(at: number, array: T): void =>
    new Uint8Array(memory, at, array.byteLength).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  write(endsAt, ends.map((end) => placesAt + places.BYTES_PER_ELEMENT * end));
  write(placesAt, places);
  write(valuesAt, values);
  write(codebookAt, codebook);
  const xs = new Float32Array(memory, xAt, rows * inputs);
  const ys = new Float32Array(memory, yAt, rows * outputs);

  return {
    inputs,
    outputs,
    entries: places.length,
    bytes,
    multiply: (x) => {
      const batch = x.length / inputs;
      if (!Number.isInteger(batch)) throw new RangeError(`multiply: the length of x must be a multiple of ${inputs}, got ${x.length}`);
      const y = new Float32Array(batch * outputs);
      for (let row = 0; row < batch; ) {
        const width = WIDTHS.find((width) => width <= batch - row)!;
        xs.set(x.subarray(row * inputs, (row + width) * inputs));
        if (width > 1) transpose(width, xAt, 4 * inputs, besideAt);
        multiply(width, endsAt, endsAt + ends.byteLength, placesAt, valuesAt, codebookAt, width > 1 ? besideAt : xAt, yAt, 4 * outputs);
        y.set(ys.subarray(0, width * outputs), row * outputs);
        row += width;
      }
      return y;
    },
  };
}
