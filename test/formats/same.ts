import assert from 'node:assert/strict';
import type * as tf from '@tensorflow/tfjs';

/** Asserts that two models have the same weights, bit by bit. */
export function assertSameBits(actual: tf.LayersModel, expected: tf.LayersModel): void {
  const words = (model: tf.LayersModel) => model.weights.map((weight) => [weight.originalName, ...new Uint32Array(new Float32Array(weight.read().dataSync<'float32'>()).buffer)]);
  const [found, wanted] = [words(actual), words(expected)];
  assert.equal(found.length, wanted.length);
  wanted.forEach((weight, i) => assert.ok(weight.length === found[i].length && weight.every((word, j) => word === found[i][j]), String(weight[0])));
}
