import { holdOut, type Dataset } from '../data';
import { foldIn, key } from '../random';
import type { Images } from './stage';

/** Images of a trial: to train on, and held out to judge by. */
const TRAIN = 20_000;
const HELD_OUT = 10_000;

/** Seeds of trials; no record uses them. */
export const trialSeeds = [101, 102];

/**
 * What the numbers of recipes are chosen on: 20,000 of the training images, judged by 10,000 others. The test set has no part in it.
 */
export function trialImages({ train }: Dataset): Images {
  const draw = foldIn(key(0), 'trials');
  const { train: rest, validation } = holdOut(train, HELD_OUT, draw);
  return { train: holdOut(rest, TRAIN, foldIn(draw, 'train')).validation, test: validation };
}
