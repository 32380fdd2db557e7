import { source, type Width } from './kernels';

/** What of it is used here; the types that come with Node 20 leave it out. */
declare const WebAssembly: {
  Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<{ exports: unknown }>;
};

const PAGE = 65536;

export interface Kernels {
  /** Where the matrix, the inputs and the outputs lie. */
  memory: ArrayBuffer;
  /** Addresses, and the bytes from an output to the same one of the next row; see kernels.ts. */
  multiply: (width: Width, ends: number, last: number, places: number, values: number, codebook: number, x: number, y: number, stride: number) => void;
  transpose: (width: Width, x: number, stride: number, to: number) => void;
}

let compiled: Promise<object> | undefined;

async function compile(): Promise<object> {
  const { default: wabt } = await import('wabt'); // 60 ms, for those who use it only
  const toolkit = await wabt();
  const parsed = toolkit.parseWat('sparse.wat', source, { simd: true });
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  return WebAssembly.compile(buffer);
}

/** The kernels of a form over a memory of so many bytes. */
export async function instantiate(form: 'csr' | 'codes', bytes: number): Promise<Kernels> {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  const { exports } = await WebAssembly.instantiate(await (compiled ??= compile()), { layer: { memory } });
  const functions = exports as Record<string, (...numbers: number[]) => void>;
  return {
    memory: memory.buffer,
    multiply: (width, ...numbers) => functions[`${form}${width}`](...numbers),
    transpose: (width, ...numbers) => functions[`transpose${width}`](...numbers),
  };
}
