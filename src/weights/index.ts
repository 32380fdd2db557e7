/** The weights of layers, and the transforms through which layers read them. */
export { strip, transformsOf } from './model';
export { parametrize, parametrizeAll, type Handle } from './parametrize';
export type { Keep } from './stack';
export type { Encoding, Method, Trained, Transform } from './transform';
export { kernels, weightOf, type Kernel, type Weight } from './weight';
