/** What a training is told, and what it tells. */
import type * as tf from '@tensorflow/tfjs';
import type { Batches } from '../data';
import type { Key } from '../random';
import type { Evaluation } from './evaluate';
import type { Optimizer } from './optimizers';
import type { Schedule } from './schedules';
import type { BatchLoss } from './step';

/** What an epoch of a training gave. */
export interface Epoch<Validation = Evaluation> {
  /** From 1. */
  epoch: number;
  /** The mean of the steps' losses, each before its update. */
  loss: number;
  /** What `validate` measured after it, or `fit` on the validation split. */
  validation?: Validation;
}

/** What `onStep` is told. */
export interface StepReport {
  /** From 0, over the whole training. */
  step: number;
  /** From 1. */
  epoch: number;
  /** Before the step's update. */
  loss: number;
  /** The schedule's at this step, without an optimiser's own factors. */
  learningRate: number;
}

/** What every training may be told, of images or anything else. */
export interface TrainingOptions<Validation = Evaluation> {
  /** Decides every random choice. */
  key: Key;
  /** How often the training goes through all batches, from 1. */
  epochs: number;
  /** The learning rate, or its schedule by the training's progress; 0.01 if left out. */
  learningRate?: number | Schedule;
  /** `sgd({ momentum: 0.9 })` if left out. */
  optimizer?: Optimizer;
  /** The most that the norm of all gradients together may be; larger ones are scaled down (Pascanu et al. 2013). */
  clipNorm?: number;
  /** Ends the training when so many epochs in a row have brought no better validation, and keeps the best weights. */
  patience?: number;
  /** Which weights stay: those of the last epoch, or of the one with the best validation (of equal ones the first); `best` if there is a patience. While masks grow, the epochs before count for nothing: they were of another net. */
  keep?: 'last' | 'best';
  /** Called after each step; runs then do one step each, which small nets feel, and have a checkpoint of their own. */
  onStep?: (report: StepReport) => void;
  /** Called after each epoch with all that there have been, and whether it was the last: `liveCurve()` draws them. */
  onEpoch?: (history: readonly Epoch<Validation>[], ended: boolean) => void | Promise<void>;
  /**
   * A name under which the training is saved, so that a stopped or killed run goes on where it was. The file is found again only for the same compiled step,
   * start values, data, keys and rates, whatever else in the project or the notebook was edited.
   */
  checkpoint?: string;
  /** What the progress line calls it. */
  title?: string;
}

/** Their names. */
export const TRAINING_OPTIONS = ['key', 'epochs', 'learningRate', 'optimizer', 'clipNorm', 'patience', 'keep', 'onStep', 'onEpoch', 'checkpoint', 'title'] satisfies (keyof TrainingOptions)[];

/** What `train` takes: batches, a loss, and what every training may be told. */
export interface TrainOptions<Validation = Evaluation> extends TrainingOptions<Validation> {
  /** What it is trained on, step by step. */
  batches: Batches;
  /** What is made smaller: it gets the tensors of a step, in the order of the batches' specs. */
  loss: BatchLoss;
  /** Variables that the loss assigns, so that the next step finds them, as the states of a recurrent net; zero at the start of each epoch. */
  carried?: readonly tf.Variable[];
  /** Measured after each epoch. */
  validate?: () => Promise<Validation>;
  /** What the validation depends on, as JSON can say it, for a checkpoint's identity. */
  validatedOn?: () => unknown;
  /** What is better, the smaller the better; the validation's `loss` if left out. */
  score?: (validation: Validation) => number;
}
