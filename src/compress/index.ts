/** Compression methods, each in its paper's word: pruning, weight sharing, quantisation, binarisation, low rank, distillation. */
export { binarize, type BinarizeOptions } from './binarize';
export { removeDead, retrainingDropout } from './dead';
export { foldNorms } from './foldNorms';
export { gradual, type DensitySchedule } from './gradual';
export { distill, distillationLoss, softTargets, type DistillOptions, type Teacher } from './distill';
export { kmeans, type Clusters, type Start } from './kmeans';
export { lowRank } from './lowRank';
export { globalThreshold, prune, type Prune } from './prune';
export { quantize, type Quantize, type QuantizeOptions } from './quantize';
export { ternarize } from './ternarize';
export { share, type Share, type ShareOptions } from './share';
