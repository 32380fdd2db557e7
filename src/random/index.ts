export { checkKey, foldIn, key, split, type Key } from './key';
export { bernoulli, fractions, integers, normal, permutation, uniform, words } from './draw';
export type { Draw } from './draws';
