export { fold, parametrize, settle, trainable, transformsOf, variables, type Handle } from './parametrize';
export type { Method, Transform } from './transform';
