/** Functions of tfjs tensors as native programs, and gradients of one's own in place of autograd's. */
export { compile, type Argument, type Program } from './compile';
export { TraceError } from './error';
export { customGradient, customGradients } from './gradient';
export type { Frozen, FrozenInput } from './freeze';
export type { Output, Spec } from './trace';
