/** Random numbers from keys: the same key gives the same numbers, in whatever order keys are used. */
export { checkKey, foldIn, key, split, type Key } from './key';
export { bernoulli, fractions, integers, normal, permutation, uniform, words } from './draw';
export type { Draw } from './draws';
