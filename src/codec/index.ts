/** The packed file: tensors to bytes and back, by codebooks, relative indices, Huffman codes and signs, with an account of every byte. */
export { decode, encode, type Account, type Decoded, type Encoded, type EncodedTensor, type PackedModel, type Section } from './container';
export { FormatError } from './error';
export { canonicalCodes, codeLengths } from './huffman';
export { countGaps, fromGaps, toGaps, type Entries } from './relativeIndex';
export { valuesOf, type DenseTensor, type PackedTensor, type SharedTensor, type SignsTensor } from './packedTensor';
export { toSigns } from './signs';
export type { SharedCounts } from './tensors';
