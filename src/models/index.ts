export { initialize } from './initialize';
export { lenet300 } from './lenet300';
