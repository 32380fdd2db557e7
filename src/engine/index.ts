export { compile, type Argument, type Program } from './compile';
export { isTracing } from './backend';
export { TraceError } from './error';
export { customGradient, customGradients } from './gradient';
export { normalizeBatch } from './normalize';
export { putInRows } from './putInRows';
export { trace, type Output, type Spec } from './trace';
