import { source, type Width } from './sparseKernels';
import { compileText, functionsOf, memoryOf } from './webAssembly';

export interface Kernels {
  /** Where the matrix, the inputs and the outputs lie. */
  memory: ArrayBuffer;
  /** Addresses, and the bytes from an output to the same one of the next row; see sparseKernels.ts. */
  multiply: (width: Width, ends: number, last: number, places: number, values: number, codebook: number, x: number, y: number, stride: number) => void;
  transpose: (width: Width, x: number, stride: number, to: number) => void;
}

let compiled: Promise<object> | undefined;

/** The kernels of a form over a memory of so many bytes. */
export async function instantiate(form: 'csr' | 'codes', bytes: number): Promise<Kernels> {
  const module = await (compiled ??= compileText('sparse.wat', source));
  const memory = memoryOf(bytes);
  const functions = functionsOf(module, memory);
  return {
    memory: memory.buffer,
    multiply: (width, ...numbers) => functions[`${form}${width}`](...numbers),
    transpose: (width, ...numbers) => functions[`transpose${width}`](...numbers),
  };
}
