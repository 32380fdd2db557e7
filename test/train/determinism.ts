/** The training of a net with convolutions, batch normalisation and dropout that tests repeat. Run as a program, it prints what came out. */
import type * as tf from '@tensorflow/tfjs';
import { createHash } from 'node:crypto';
import { prune } from '../../src/compress';
import { key } from '../../src/random';
import { adam, fit, type FitOptions } from '../../src/train';
import { parametrize } from '../../src/weights';
import { mixedNet, pictures } from '../models/small';

export const SPLIT = pictures(key(31), 60);

/** With a mask, for `settle` is part of each step. */
export function prunedNet(seed = key(32)): tf.LayersModel {
  const model = mixedNet(seed);
  parametrize(model.getLayer('conv'), 'kernel', prune({ density: 0.5 }));
  return model;
}

/** Six epochs of 10 steps. */
export const OPTIONS: FitOptions = { key: key(33), epochs: 6, batch: 6, optimizer: adam(), learningRate: (step) => 0.01 / (1 + step / 20), validation: pictures(key(34), 20) };

/** Digests of each weight and statistic, by name, and the history. */
export async function outcome(model: tf.LayersModel, changed: Partial<FitOptions> = {}): Promise<{ weights: Record<string, string>; history: unknown }> {
  const history = await fit(model, SPLIT, { ...OPTIONS, ...changed });
  return { weights: digests(model), history };
}

export const digests = (model: tf.LayersModel): Record<string, string> =>
  Object.fromEntries(model.weights.map((weight) => [weight.originalName, createHash('sha256').update(weight.read().dataSync<'float32'>()).digest('hex')]));

if (require.main === module) void outcome(prunedNet()).then((result) => console.log(JSON.stringify(result)));
