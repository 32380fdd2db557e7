export { removeDead, retrainingDropout } from './dead';
export { gradual, type DensitySchedule } from './gradual';
export { distill, distillation, softTargets, type DistillOptions, type Teacher } from './distill';
export { kmeans, type Clusters, type Start } from './kmeans';
export { lowRank } from './lowRank';
export { pack, packLayer, unpack } from './pack';
export { globalThreshold, prune, type Prune } from './prune';
export { share, type Share, type ShareOptions } from './share';
