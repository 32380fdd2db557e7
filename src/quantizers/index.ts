/** Functions of few values, each with a gradient that stands in for its own, which is zero: for weights and for activations alike. */
export { linear, type LinearOptions } from './linear';
export { initialStep, lsq, lsqLimits, type LsqOptions } from './lsq';
export { roundHalfAway, roundStochastically } from './round';
export { hardSigmoid, sign } from './sign';
