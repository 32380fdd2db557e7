import * as tf from '@tensorflow/tfjs';
import { ShiftNormalization } from '../layers';
import type { BatchNormalization } from '../train/normalization';
import type { BinaryLayer } from './binaryLayers';

/** What becomes of an output's value, rounded to float32 as tfjs' own layers do. */
export type Affine = (value: number, output: number) => number;

/** From the last layer's sums to the logits: scales and bias, then each batch normalisation. */
export function affineOf({ scales, bias }: BinaryLayer, norms: tf.layers.Layer[]): Affine[] {
  const steps: Affine[] = [];
  if (scales.some((scale) => scale !== 1)) steps.push((value, i) => value * scales[i]);
  if (bias) steps.push((value, i) => value + bias[i]);
  for (const norm of norms) steps.push(...normalized(norm as BatchNormalization));
  return steps;
}

function normalized(layer: BatchNormalization): Affine[] {
  const read = (weight?: tf.layers.Layer['weights'][number]) => weight?.read().dataSync<'float32'>();
  const [mean, variance, gamma, beta] = [read(layer.movingMean)!, read(layer.movingVariance)!, read(layer.gamma), read(layer.beta)];
  if (layer instanceof ShiftNormalization) {
    const scale = tf.tidy(() => layer.scale(layer.movingVariance.read()).dataSync<'float32'>());
    return [(value, i) => value - mean[i], (value, i) => value * scale[i], (value, i) => value + beta![i]];
  }
  return [(value, i) => (beta?.[i] ?? 0) + ((value - mean[i]) * (gamma?.[i] ?? 1)) / Math.sqrt(variance[i] + layer.epsilon)];
}
