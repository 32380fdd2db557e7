/** Training as one compiled step, its losses, optimisers and schedules, and what a trained net is evaluated by. */
export { evaluate, predict, type Evaluation } from './evaluate';
export type { Classifier } from './classifier';
export { fit, type FitOptions } from './fit';
export { crossEntropy, softCrossEntropy, sparseCrossEntropy, squaredHinge, type Loss } from './losses';
export { adaMax } from './adaMax';
export { adam, sgd, type Optimizer, type Updater } from './optimizers';
export { recalibrate } from './recalibrate';
export { constant, cosine, exponential, inverse, stepwise, type Schedule } from './schedules';
export type { BatchLoss } from './step';
export { perplexity, wordTask, type WordTask } from './words';
export { train } from './trainer';
export type { Epoch, StepReport, TrainingOptions, TrainOptions } from './training';
