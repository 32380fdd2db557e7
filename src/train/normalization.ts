import * as tf from '@tensorflow/tfjs';
import { normalizeBatch } from '../engine';

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
 * own do, also without scale (where tfjs' throw): the moving statistics go a step of 1 − momentum towards the batch's.
 */
export function withBatchNormalization<T>(model: tf.LayersModel, fn: () => T): T {
  const layers = model.layers.filter((layer): layer is BatchNormalization => {
    if (layer.getClassName() !== 'BatchNormalization') return false;
    const last = (layer.inboundNodes[0].inputShapes[0] as tf.Shape).length - 1;
    return [-1, last].includes((layer as BatchNormalization).axis);
  });
  for (const layer of layers) {
    layer.call = (inputs) => {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      const channels = [x.shape.at(-1)!];
      const { y, mean, variance } = normalizeBatch(x, layer.gamma?.read() ?? tf.ones(channels), layer.beta?.read() ?? tf.zeros(channels), layer.epsilon);
      for (const [statistic, value] of [[layer.movingMean, mean], [layer.movingVariance, variance]] as const) {
        const before = statistic.read();
        statistic.write(tf.add(tf.mul(before, layer.momentum), tf.mul(value, 1 - layer.momentum)));
      }
      return y;
    };
  }
  try {
    return fn();
  } finally {
    for (const layer of layers) Reflect.deleteProperty(layer, 'call');
  }
}
