import * as tf from '@tensorflow/tfjs';
import { layersOf, withCalls } from './calls';
import { normalizeBatch } from '../engine/normalize';
import { ShiftNormalization } from '../layers';

type Weight = tf.layers.Layer['weights'][number];
export type BatchNormalization = tf.layers.Layer & {
  axis: number;
  epsilon: number;
  momentum: number;
  gamma?: Weight;
  beta?: Weight;
  movingMean: Weight;
  movingVariance: Weight;
};

/**
 * Runs `fn`, the training step of a trace, with the batch normalisation layers of `model` as one kernel each way. They do what tfjs'
 * own do, also without scale or shift (where tfjs' throw): the moving statistics go a step of 1 − momentum towards the batch's, at each use
 * of a layer that is used more than once.
 *
 * @throws Error when a layer normalises another axis than the last
 */
export function withBatchNormalization<T>(model: tf.LayersModel, fn: () => T): T {
  return withNormalized(model, ({ movingMean, movingVariance, momentum }, mean, variance) => {
    for (const [statistic, value] of [[movingMean, mean], [movingVariance, variance]] as const) {
      statistic.write(tf.add(tf.mul(statistic.read(), momentum), tf.mul(value, 1 - momentum)));
    }
  }, fn);
}

export const normalizations = (model: tf.LayersModel): BatchNormalization[] => layersOf(model).filter(isNormalization);

export const isNormalization = (layer: tf.layers.Layer): layer is BatchNormalization => layer.getClassName() === 'BatchNormalization' || layer instanceof ShiftNormalization;

/** Runs `fn`, in a trace, with each batch normalisation by the batch's own statistics, of which `use` is told at each call of a layer. */
export function withNormalized<T>(model: tf.LayersModel, use: (layer: BatchNormalization, mean: tf.Tensor, variance: tf.Tensor) => void, fn: () => T): T {
  const inOneKernel = (layer: BatchNormalization): tf.layers.Layer['call'] => (inputs) => {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    if (![-1, x.rank - 1].includes(layer.axis)) {
      throw new Error(`fit: batch normalisation must be of the last axis, got axis ${layer.axis} of [${x.shape.join()}] in ${layer.name}; put tf.layers.permute before and after it`);
    }
    const channels = [x.shape.at(-1)!];
    const { y, mean, variance } = layer instanceof ShiftNormalization ? layer.normalizeBatch(x) : normalizeBatch(x, layer.gamma?.read() ?? tf.ones(channels), layer.beta?.read() ?? tf.zeros(channels), layer.epsilon);
    use(layer, mean, variance);
    return y;
  };
  return withCalls(normalizations(model), inOneKernel, fn);
}

/** Below this part the first statistics are left in. */
const NEGLIGIBLE = 1e-6;

/**
 * The moving statistics begin at a mean of 0 and a variance of 1, of which m^t is left after t steps of momentum m: with tfjs' 0.99 a third after 100. As Adam corrects its moments, (moving − m^t first) / (1 − m^t)
 * takes that out. The function returned puts the statistics right after so many steps, and returns one that puts them back, for training goes on from the uncorrected ones.
 *
 * Only layers that begin so here are corrected; what an earlier training has left stays a part of the average.
 */
export function firstStatistics(model: tf.LayersModel): (steps: number) => () => void {
  const holds = (weight: Weight, value: number) => weight.read().dataSync().every((one: number) => one === value);
  const fresh = normalizations(model).filter(({ movingMean, movingVariance }) => holds(movingMean, 0) && holds(movingVariance, 1));
  return (steps) => {
    const changed = fresh.flatMap(({ movingMean, movingVariance, momentum, inboundNodes }) => {
      const left = momentum ** (steps * inboundNodes.length);
      if (left < NEGLIGIBLE || steps === 0) return [];
      return [[movingMean, 0], [movingVariance, 1]].map(([weight, first]) => {
        const moving = (weight as Weight).read() as tf.Variable;
        const before = tf.clone<tf.Tensor>(moving);
        tf.tidy(() => moving.assign(tf.div(tf.sub(moving, left * (first as number)), 1 - left)));
        return { moving, before };
      });
    });
    return () =>
      changed.forEach(({ moving, before }) => {
        moving.assign(before);
        before.dispose();
      });
  };
}
