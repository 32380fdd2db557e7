/** Pruned dense layers, held without their zeros, that multiply in WebAssembly. */
export { csr, sparseCodes, type SparseMatrix } from './matrix';
