/** Compressed nets that run as they are, in WebAssembly: binary nets whole on bits, pruned dense layers without their zeros. */
export { exportInt8 } from './exportInt8';
export { infer, type BinaryNet } from './infer';
export { inferOnnx, type OnnxNet } from './inferOnnx';
export { csr, sparseCodes, type SparseMatrix } from './sparseMatrix';
