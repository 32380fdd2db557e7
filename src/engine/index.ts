export { compile, type Argument, type Program } from './compile';
export { isTracing, TraceError } from './backend';
export { customGradient } from './gradient';
export type { Output, Spec } from './trace';
