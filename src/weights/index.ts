export { advance, allTransforms, encodingOf, isStored, project, storedWeight, strip, trainable, trained, transformsOf, variables } from './model';
export { parametrize, parametrizeAll, through, type Handle } from './parametrize';
export type { Keep } from './stack';
export type { Encoding, Method, Trained, Transform } from './transform';
export { kernels, weightOf, type Kernel, type Weight } from './weight';
