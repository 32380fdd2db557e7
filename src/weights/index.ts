export { fold, parametrize, settle, textsOf, trainable, transformsOf, variables, type Handle } from './parametrize';
export type { Method, Transform } from './transform';
