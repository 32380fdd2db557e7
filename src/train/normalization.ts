import * as tf from '@tensorflow/tfjs';
import { normalizeBatch } from '../engine';
import { layersOf, withCalls } from './calls';

type Weight = tf.layers.Layer['weights'][number];
type BatchNormalization = tf.layers.Layer & {
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
  const layers = layersOf(model).filter((layer): layer is BatchNormalization => layer.getClassName() === 'BatchNormalization');
  const inOneKernel = (layer: BatchNormalization): tf.layers.Layer['call'] => (inputs) => {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    if (![-1, x.rank - 1].includes(layer.axis)) {
      throw new Error(`fit: batch normalisation must be of the last axis, got axis ${layer.axis} of [${x.shape.join()}] in ${layer.name}; put tf.layers.permute before and after it`);
    }
    const channels = [x.shape.at(-1)!];
    const { y, mean, variance } = normalizeBatch(x, layer.gamma?.read() ?? tf.ones(channels), layer.beta?.read() ?? tf.zeros(channels), layer.epsilon);
    for (const [statistic, value] of [[layer.movingMean, mean], [layer.movingVariance, variance]] as const) {
      const before = statistic.read();
      statistic.write(tf.add(tf.mul(before, layer.momentum), tf.mul(value, 1 - layer.momentum)));
    }
    return y;
  };
  return withCalls(layers, inOneKernel, fn);
}
