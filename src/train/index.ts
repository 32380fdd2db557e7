export { Checkpoint } from './checkpoint';
export { evaluate, predict, type Evaluation } from './evaluate';
export { fit, type Epoch, type FitOptions } from './fit';
export { crossEntropy, softCrossEntropy, type Loss } from './losses';
export { adam, sgd, type Optimizer, type Updater } from './optimizers';
export { constant, cosine, inverse, stepwise, type Schedule } from './schedules';
