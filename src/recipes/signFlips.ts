/** What signs do while they are trained: how many change in an epoch, where the weights below them lie, and what the clip is for (Courbariaux et al. 2016). */
import type * as tf from '@tensorflow/tfjs';
import { binarize } from '../compress';
import { foldIn, key } from '../random';
import { adam, cosine, fit, squaredHinge } from '../train';
import { type Method, parametrize } from '../weights';
import { binaryKinds, binaryNet, type BinarySettings } from './binaryNets';
import type { Images } from './stage';

/** Of the second layer's weights, after each epoch. */
export interface SignFlips {
  /** Wrong test images / test images. */
  errors: number[];
  /** Signs that are others than an epoch before / all of them. */
  flipped: number[];
  /** Weights at −1 and 1 or beyond / all of them. */
  atEnds: number[];
  /** Some weights below the signs, `[watched][epochs]`. */
  watched: number[][];
}

/** Binary weights without the clip after each update: they may leave [−1, 1], where no gradient reaches them. */
export const withoutClip: Method = (value, name) => ({ ...binarize({ fanRate: true })(value, name), name: 'binarize without the clip', project: undefined });

/** Trains the paper's net on `signedImages` and watches it, `count` of its weights one by one; nothing is kept of a run that is stopped. */
export async function signFlips(images: Images, seed: number, settings: BinarySettings, { clip, count }: { clip: boolean; count: number }): Promise<SignFlips> {
  const model = binaryNet(images, seed, { ...binaryKinds.signs, weights: undefined }, settings);
  const below: Record<string, tf.Variable> = {};
  for (const layer of model.layers.filter((layer) => layer.getClassName() === 'Dense')) {
    below[layer.name] = parametrize(layer, 'kernel', clip ? binarize({ fanRate: true }) : withoutClip).trained[0];
  }
  const seen: SignFlips = { errors: [], flipped: [], atEnds: [], watched: Array.from({ length: count }, () => []) };
  const weights = (): Float32Array => below.fc2.dataSync<'float32'>();
  let before = weights().map(Math.sign);
  const part = (holds: (weight: number, i: number) => boolean) => weights().reduce((sum, weight, i) => sum + +holds(weight, i), 0) / before.length;
  await fit(model, images.train, {
    title: clip ? 'with the clip' : 'without the clip',
    key: foldIn(key(seed), 'flips'),
    epochs: settings.epochs,
    batch: Math.min(settings.batch, images.train.count),
    loss: squaredHinge,
    optimizer: adam(),
    learningRate: cosine(binaryKinds.signs.rate),
    validation: images.test,
    onEpoch: (history) => {
      seen.errors.push(history.at(-1)!.validation!.error);
      seen.flipped.push(part((weight, i) => Math.sign(weight) !== before[i]));
      seen.atEnds.push(part((weight) => Math.abs(weight) >= 1));
      seen.watched.forEach((values, i) => values.push(weights()[i]));
      before = weights().map(Math.sign);
    },
  });
  model.dispose();
  return seen;
}
