/** The two LeNets before any compression, as all recipes train them. */
import type * as tf from '@tensorflow/tfjs';
import { lenet300, lenet5 } from '../models';
import { key, type Key } from '../random';
import type { Scale } from '../system';
import type { Epoch, Optimizer } from '../train';
import { caffeLike, type Images, trainStage } from './stage';

export type LeNet = 'LeNet-300-100' | 'LeNet-5';

/** How a LeNet is trained. */
export interface ReferenceSettings {
  epochs: number;
  rate: number;
  /** `caffeLike`, whose weight decay is L2, if left out. */
  optimizer?: Optimizer;
  /** The stage's name: `reference` if left out. */
  stage?: string;
}

interface Architecture {
  make: (key: Key) => tf.LayersModel;
  /** Its layers with kernels, from the input on; the paper calls dense ones ip. */
  layers: readonly string[];
  rate: number;
  epochs: Record<Scale, number>;
}

export const lenets: Record<LeNet, Architecture> = {
  'LeNet-300-100': { make: lenet300, layers: ['fc1', 'fc2', 'fc3'], rate: 0.1, epochs: { smoke: 2, quick: 20, paper: 40 } },
  'LeNet-5': { make: lenet5, layers: ['conv1', 'conv2', 'fc1', 'fc2'], rate: 0.05, epochs: { smoke: 1, quick: 3, paper: 12 } },
};

/** A trained net, and what it gave on the test images after each epoch: a curve to look at. */
export interface Reference {
  model: tf.LayersModel;
  history: Epoch[];
  /** Errors / test images after the last epoch. */
  error: number;
}

/** Trains a LeNet from the weights that its seed draws. */
export async function reference(net: LeNet, images: Images, { seed, ...given }: { seed: number } & ({ scale: Scale } | ReferenceSettings)): Promise<Reference> {
  const { make, rate, epochs } = lenets[net];
  const settings: ReferenceSettings = 'scale' in given ? { rate, epochs: epochs[given.scale] } : given;
  const model = make(key(seed));
  const history = await trainStage(model, images.train, { stage: 'reference', optimizer: caffeLike, ...settings, seed }, { validation: images.test });
  return { model, history, error: history.at(-1)!.validation!.error };
}
