export { foldIn, key, split, type Key } from './key';
export { bernoulli, fractions, integers, normal, permutation, uniform, words } from './draw';
export { drawn, drawsOf, withDraws, type Draw } from './draws';
