/** tfjs layers of our own; importing this room registers them, so that a saved net that has them can be read. */
export { HardTanh } from './hardTanh';
export { initializeSteps } from './initializeSteps';
export { LocalResponseNormalization } from './localResponseNormalization';
export { QuantizedActivation, type QuantizedActivationConfig } from './quantizedActivation';
export { ShiftNormalization, type ShiftNormalizationConfig } from './shiftNormalization';
export { Steps } from './steps';
export { Threshold } from './threshold';
export { UnrolledLstm } from './unrolledLstm';
