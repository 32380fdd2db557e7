/** Functions of few values, each with a gradient that stands in for its own, which is zero: for weights and for activations alike. */
export { linear, type LinearOptions } from './linear';
export { initialStep, lsq, lsqLimits, type LsqOptions } from './lsq';
export { powerOfTwo } from './powerOfTwo';
export { roundHalfAway, roundStochastically } from './round';
export { scaledSign } from './scaledSign';
export { hardSigmoid, sign } from './sign';
export { ternary, trainedTernary } from './ternary';
