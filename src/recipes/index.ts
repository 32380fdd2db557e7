/** How each paper is run: numbers on top, then functions of images and a seed, which notebooks and trials call. */
export * from './binaryNets';
export * from './binaryReport';
export * from './compressionSettings';
export * from './deepCompression';
export * from './deepCompressionReport';
export * from './deepCompressionFigures';
export * from './deepCompressionFiguresReport';
export * from './distillation';
export * from './figuresSettings';
export * from './learningConnections';
export * from './learningConnectionsReport';
export { lenets, reference, type LeNet, type Reference, type ReferenceSettings } from './references';
export { trialImages, trialSeeds } from './trials';
export { caffeLike, type Images, type Stage, trainStage, withoutDecay } from './stage';
export * from './signFlips';
export * from './otherFiles';
export { drawnPictures, drawnSqueezenet } from './madeFiles';
export * from './resnet20';
