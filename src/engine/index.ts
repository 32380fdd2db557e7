export { compile, type Argument, type Program } from './compile';
export { TraceError } from './error';
export { customGradient, customGradients } from './gradient';
export type { Frozen, FrozenInput } from './freeze';
export type { Output, Spec } from './trace';
