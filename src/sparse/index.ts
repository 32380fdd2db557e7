export { csr, sparseCodes, type SparseMatrix } from './matrix';
