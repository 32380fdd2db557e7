/** How each paper is run: numbers on top, then functions of images and a seed, which notebooks and trials call. */
export * from './deepCompression';
export { lenets, reference, type LeNet, type Reference, type ReferenceSettings } from './references';
export { trialImages, trialSeeds } from './trials';
export { caffeLike, type Images, type Stage, trainStage, withoutDecay } from './stage';
