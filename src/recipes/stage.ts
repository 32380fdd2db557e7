import type * as tf from '@tensorflow/tfjs';
import type { Split } from '../data';
import { foldIn, key } from '../random';
import { cosine, type Epoch, fit, type FitOptions, type Optimizer, sgd } from '../train';

/** What a recipe is run on. `test` judges and decides nothing; where a recipe's numbers are chosen, its images are held out of the training set. */
export interface Images {
  train: Split;
  test: Split;
}

/** A part of a recipe that trains. */
export interface Stage {
  /** What it is called: its random choices and its checkpoint are those of this name and the seed. */
  stage: string;
  seed: number;
  epochs: number;
  /** The first learning rate; it falls to 0 along half a cosine. */
  rate: number;
  /** `caffeLike` if left out. */
  optimizer?: Optimizer;
  batch?: number;
}

/** Caffe's momentum and weight decay, with Nesterov's step. */
export const caffeLike: Optimizer = sgd({ momentum: 0.9, nesterov: true, weightDecay: 5e-4 });

/** Without weight decay: for what has settled already, shared values. */
export const withoutDecay: Optimizer = sgd({ momentum: 0.9, nesterov: true });

/** Trains a model for one stage; the same seed and name give the same bytes. `more` is what `fit` takes besides: a split to draw a curve of, augmentation. */
export function trainStage(model: tf.LayersModel, split: Split, stage: Stage, more: Pick<FitOptions, 'validation' | 'augment'> = {}): Promise<Epoch[]> {
  const { stage: name, seed, epochs, rate, optimizer = caffeLike, batch = 128 } = stage;
  return fit(model, split, {
    title: `seed ${seed}, ${name}`,
    checkpoint: `${model.name} ${name} seed ${seed}`,
    key: foldIn(key(seed), name),
    epochs,
    batch: Math.min(batch, split.count),
    learningRate: cosine(rate),
    optimizer,
    ...more,
  });
}
