/** What of it is used here; the types that come with Node 20 leave it out. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum?: number; shared?: boolean }) => Memory;
  Instance: new (module: object, imports: object) => { readonly exports: Record<string, (...numbers: number[]) => void> };
  compile(bytes: Uint8Array): Promise<object>;
};

const PAGE = 65536;

export interface Memory {
  readonly buffer: ArrayBuffer;
}

/** Memory of so many bytes, for one thread or for several. */
export function memoryOf(bytes: number, { shared = false } = {}): Memory {
  const pages = Math.ceil(bytes / PAGE);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
}

/** The functions of a module over a memory, which it imports as `net` `memory`. */
export const functionsOf = (module: object, memory: Memory): Record<string, (...numbers: number[]) => void> =>
  new WebAssembly.Instance(module, { net: { memory } }).exports;

/** The module of a text, with 128-bit SIMD and, if asked for, atomics over shared memory. */
export async function compileText(name: string, text: string, features: { threads?: boolean } = {}): Promise<object> {
  const { default: wabt } = await import('wabt'); // 60 ms, for those who use it only
  const toolkit = await wabt();
  const parsed = toolkit.parseWat(name, text, { simd: true, ...features });
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  return WebAssembly.compile(buffer);
}
