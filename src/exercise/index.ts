/** Exercises that check themselves: what their checks call. How to write one: docs/teaching.md. */
export { attempted } from './attempted';
export { compareFile, type KnownFile, type MeasuredFile } from './compareFile';
export { near, type NearOptions } from './near';
export { same } from './same';
export { variant } from './variant';
export { check, NotAttempted, WrongAnswer } from './wrong';
