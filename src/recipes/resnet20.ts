/** ResNet-20 on CIFAR-10 (He et al. 2016, section 4.2) in 30 of the paper's 164 epochs. */
import type * as tf from '@tensorflow/tfjs';
import { cropAndFlip } from '../data';
import { resnet } from '../models';
import { foldIn, key } from '../random';
import type { Scale } from '../system';
import { cosine, type Epoch, fit } from '../train';
import { caffeLike, type Images } from './stage';

export interface ResnetSettings {
  depth: number;
  epochs: number;
  /** The first learning rate; it falls to 0 along half a cosine. */
  rate: number;
  batch: number;
}

export const resnetSettings: Record<Scale, ResnetSettings> = {
  smoke: { depth: 8, epochs: 1, rate: 0.1, batch: 10 },
  quick: { depth: 8, epochs: 3, rate: 0.1, batch: 128 },
  paper: { depth: 20, epochs: 30, rate: 0.1, batch: 128 },
};

/** Trains a ResNet on random crops and mirror images. `history` holds what it gave on the test images after each epoch: a curve to look at. */
export async function trainResnet(images: Images, seed: number, { depth, epochs, rate, batch }: ResnetSettings): Promise<{ model: tf.LayersModel; history: Epoch[]; error: number }> {
  const model = resnet(key(seed), depth);
  const history = await fit(model, images.train, {
    title: `ResNet-${depth}`,
    checkpoint: `resnet-${depth} seed ${seed}`,
    key: foldIn(key(seed), 'training'),
    epochs,
    batch,
    augment: cropAndFlip(images.train.shape),
    learningRate: cosine(rate),
    optimizer: caffeLike,
    validation: images.test,
  });
  return { model, history, error: history.at(-1)!.validation!.error };
}
