/** A net of 12-8-3 and a set of three classes, small enough for hundreds of steps a second. */
import * as tf from '@tensorflow/tfjs';
import type { Split } from '../../src/data';
import { initialize } from '../../src/models';
import { foldIn, integers, type Key, key, normal } from '../../src/random';

/** 12-8-3 with ReLU; `dropout` is the rate of a layer behind the hidden one. */
export function tinyModel(seed: Key, { dropout = 0 } = {}): tf.Sequential {
  const model = tf.sequential({ name: 'tiny' });
  model.add(tf.layers.dense({ name: 'fc1', inputShape: [12], units: 8, activation: 'relu' }));
  if (dropout) model.add(tf.layers.dropout({ name: 'drop', rate: dropout }));
  model.add(tf.layers.dense({ name: 'fc2', units: 3 }));
  return initialize(model, seed);
}

/** Images of 12 pixels around three prototypes, far enough apart that the tiny net learns them. */
export function tinySplit(seed: Key, count: number): Split<Uint8Array> {
  const prototypes = integers(key(123), 36, 256);
  const labels = Uint8Array.from(integers(foldIn(seed, 'labels'), count, 3));
  const noise = normal(foldIn(seed, 'noise'), 12 * count, { standardDeviation: 40 });
  const images = Uint8Array.from(noise, (value, i) => Math.min(255, Math.max(0, prototypes[12 * labels[Math.floor(i / 12)] + (i % 12)] + value)));
  return { images, labels, count, shape: [12] };
}

/** A split's images as a tensor `[count, 12]`. */
export const imagesOf = ({ images, count }: Split): tf.Tensor2D => tf.tensor2d(Float32Array.from(images, (pixel) => pixel / 255), [count, 12]);

export const predict = (model: tf.LayersModel, split: Split): Float32Array =>
  tf.tidy(() => (model.predict(imagesOf(split)) as tf.Tensor).dataSync<'float32'>());

export const valuesOf = (layer: tf.layers.Layer, weight = 0): Float32Array => layer.getWeights()[weight].dataSync<'float32'>();

/** All weights of a model, as they are used, in one array. */
export const allWeights = (model: tf.LayersModel): Float32Array => Float32Array.from(model.getWeights().flatMap((weight) => [...weight.dataSync()]));

/** What is printed as progress or as a warning during a group's tests is kept here in place of the screen. */
export function captureStderr(): { text: string } {
  const captured = { text: '' };
  const write = process.stderr.write.bind(process.stderr);
  before(() => {
    process.stderr.write = (chunk: string | Uint8Array) => {
      captured.text += String(chunk);
      return true;
    };
  });
  beforeEach(() => void (captured.text = ''));
  after(() => void (process.stderr.write = write));
  return captured;
}
