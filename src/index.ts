/** What a notebook sees: `import * as lab from 'squeezelab'`. Everyday words are flat; a room's others are in the namespace of its name: `lab.data.cropAndFlip`. */
export { cifar10, digits, drawnDigits, holdOut, imageFolder, imageSplit, mnist, standardize, type Dataset, type Split } from './data';
export { compile } from './engine';
export { copyModel, exportOnnx, pack, readLayersModel, unpack, writeLayersModel } from './formats';
export { binarize, distill, foldNorms, globalThreshold, gradual, lowRank, prune, quantize, removeDead, share, softTargets, ternarize } from './compress';
export { exportInt8, infer, inferOnnx } from './infer';
export { allocate, formatLedger, ledger, sensitivity } from './measure';
export { initialize, lenet300, lenet5, mlp, resnet } from './models';
export { claimSheet } from './papers';
export { figure, frame, imageGrid, learningCurve, lineChart, liveCurve, show } from './plot';
export { foldIn, key, type Key } from './random';
export { adam, cosine, evaluate, fit, predict, recalibrate, sgd, train } from './train';
export { kernels, parametrize, parametrizeAll, strip, type Method, type Transform } from './weights';

export * as codec from './codec';
export * as compress from './compress';
export * as data from './data';
export * as engine from './engine';
export * as exercise from './exercise';
export * as formats from './formats';
/** The room `infer/`; its own name is the function that runs a binary net. */
export * as inference from './infer';
export * as layers from './layers';
export * as measure from './measure';
export * as models from './models';
export * as papers from './papers';
export * as plot from './plot';
export * as quantizers from './quantizers';
export * as random from './random';
export * as recipes from './recipes';
export * as run from './run';
export * as system from './system';
/** The room `train/`; its own name is the trainer's. */
export * as training from './train';
export * as weights from './weights';
export * as zoo from './zoo';
