/** Binary nets and images drawn by keys, for which all sums are whole numbers: so float32 is exact in any order. */
import * as tf from '@tensorflow/tfjs';
import type { Split } from '../../src/data';
import { QuantizedActivation, Threshold } from '../../src/layers';
import { fractions, integers, type Key, foldIn, uniform } from '../../src/random';
import { sizeOf } from '../../src/system';

/** Pixels as whole numbers from 0 to 255. */
export const WHOLE = { mean: [0], standardDeviation: [1 / 255] };

export function images(key: Key, shape: readonly number[], count: number, standardization: Split['standardization'] = WHOLE): Split {
  return { images: Uint8Array.from(integers(foldIn(key, 'images'), count * sizeOf(shape), 256)), labels: new Uint8Array(count), count, shape, standardization };
}

export const dense = (units: number, config: { useBias?: boolean } = {}): tf.layers.Layer => tf.layers.dense({ units, useBias: false, ...config });
export const conv = (filters: number, config: Partial<Parameters<typeof tf.layers.conv2d>[0]> = {}): tf.layers.Layer =>
  tf.layers.conv2d({ filters, kernelSize: 3, useBias: false, padding: 'same', ...config });
export const threshold = (): tf.layers.Layer => new Threshold({});
export const sign = (): tf.layers.Layer => new QuantizedActivation({ quantizer: 'sign' });
export const pool = (poolSize: number, config: Partial<Parameters<typeof tf.layers.maxPooling2d>[0]> = {}): tf.layers.Layer =>
  tf.layers.maxPooling2d({ poolSize, strides: poolSize, ...config });

/** A net of the layers, its weights drawn: signs; thresholds among the sums that there are, and some beyond all; both directions. */
export function drawn(key: Key, shape: readonly number[], layers: tf.layers.Layer[], { scales = false } = {}): tf.LayersModel {
  const input = tf.input({ shape: [...shape] });
  const model = tf.model({ inputs: input, outputs: layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input) });
  let inputs = 255 * sizeOf(shape); // the most that a sum can be, about
  model.layers.forEach((layer, i) => {
    const next = fractions(foldIn(key, i));
    const set = (...values: ((length: number) => Float32Array)[]): void =>
      layer.setWeights(layer.getWeights().map((weight, i) => tf.tensor(values[i](weight.size), weight.shape)));
    const signs = (length: number): Float32Array => Float32Array.from({ length }, () => (next() < 0.5 ? -1 : 1));
    if (layer instanceof Threshold) {
      const spread = 2 * Math.sqrt(inputs);
      const levels = (length: number): Float32Array => Float32Array.from({ length }, () => (next() < 0.1 ? (next() < 0.5 ? Infinity : -Infinity) : Math.round(spread * (2 * next() - 1))));
      set(levels, signs);
    } else if (layer.getClassName() === 'BatchNormalization') {
      set(...Array.from({ length: 4 }, (_, i) => (length: number) => uniform(foldIn(key, i), length).map((value) => value + (i === 3 ? 0.5 : -0.5))));
    } else if (layer.getWeights().length) {
      const [kernel] = layer.getWeights();
      const outputs = kernel.shape.at(-1)!;
      if (i > 1) inputs = kernel.size / outputs;
      const factors = Float32Array.from({ length: outputs }, () => (scales ? 2 ** Math.round(4 * next() - 2) : 1));
      set((length) => signs(length).map((value, i) => value * factors[i % outputs]), (length) => Float32Array.from({ length }, () => Math.round(10 * next()) - 5));
    }
  });
  return model;
}

/** What tfjs' own cpu backend computes. */
export function floats(model: tf.LayersModel, { images, count, shape, standardization }: Split): Float32Array {
  const { mean, standardDeviation } = standardization ?? { mean: [0], standardDeviation: [1] };
  const x = Float32Array.from(images, (pixel, i) => (pixel / 255 - mean[i % mean.length]) / standardDeviation[i % mean.length]);
  return tf.tidy(() => (model.predict(tf.tensor(x, [count, ...(model.inputs[0].shape.slice(1) as number[])])) as tf.Tensor).dataSync<'float32'>()) ?? shape;
}
