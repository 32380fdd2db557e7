import { holdOut, type Dataset } from '../data';
import { foldIn, key } from '../random';
import type { Images } from './stage';

const HELD_OUT = 10_000;

/** Seeds of trials; no record uses them. */
export const trialSeeds = [101, 102];

/** What numbers of recipes are to be chosen on: training images, judged by 10,000 that are held out of them. The test set has no part in it. */
export function trialImages({ train: whole }: Dataset): Images {
  const { train, validation } = holdOut(whole, HELD_OUT, foldIn(key(0), 'trials'));
  return { train, test: validation };
}
