import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prune, share } from '../../src/compress';
import { compile } from '../../src/engine';
import { key } from '../../src/random';
import { crossEntropy } from '../../src/train';
import { parametrize } from '../../src/weights';
import { trainable } from '../../src/weights/model';
import { imagesOf, tinyModel, tinySplit } from '../models/tiny';

const SPLIT = tinySplit(key(1), 24);
const LABELS = Int32Array.from(SPLIT.labels);

/** The mean cross-entropy of the net 12-8-3 in float64, from its effective weights: kernel, bias, kernel, bias. */
function loss64([kernel1, bias1, kernel2, bias2]: readonly ArrayLike<number>[]): number {
  const dense = (x: readonly number[], kernel: ArrayLike<number>, bias: ArrayLike<number>) =>
    Array.from(bias, (start, unit) => x.reduce((sum, value, i) => sum + value * kernel[i * bias.length + unit], start));
  let sum = 0;
  for (let image = 0; image < SPLIT.count; image++) {
    const pixels = Array.from(SPLIT.images.subarray(12 * image, 12 * image + 12), (pixel) => pixel / 255);
    const logits = dense(dense(pixels, kernel1, bias1).map((value) => Math.max(value, 0)), kernel2, bias2);
    sum += Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0)) - logits[LABELS[image]];
  }
  return sum / SPLIT.count;
}

/** The gradient of `f` by central differences. */
const differences = (f: (x: number[]) => number, at: ArrayLike<number>, width = 1e-6): number[] =>
  Array.from(at, (_, i) => {
    const moved = (by: number) => f(Array.from(at, (value, j) => (j === i ? value + by : value)));
    return (moved(width) - moved(-width)) / (2 * width);
  });

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.equal(actual.length, expected.length, what);
  Array.from(expected).forEach((value, i) => assert.ok(Math.abs(actual[i] - value) < 1e-5, `${what} ${i}: ${actual[i]}, expected ${value}`));
}

/** The loss and the gradients of what is trained, from a compiled program. */
async function compiled(model: tf.LayersModel): Promise<{ loss: number; gradients: Float32Array[] }> {
  const parameters = trainable(model);
  const program = await compile<Record<string, tf.Tensor>>(
    (x, y) => {
      const { value, grads } = tf.variableGrads(() => crossEntropy(y, model.apply(x) as tf.Tensor), parameters);
      return { loss: value, ...Object.fromEntries(parameters.map(({ name }, i) => [`g${i}`, grads[name]])) };
    },
    [{ shape: [SPLIT.count, 12] }, { shape: [SPLIT.count], dtype: 'int32' }],
  );
  const { loss, ...gradients } = await program(imagesOf(SPLIT), LABELS);
  return { loss: loss.dataSync()[0], gradients: parameters.map((_, i) => gradients[`g${i}`].dataSync<'float32'>()) };
}

/** The first kernel's gradient op by op and by tfjs' own autograd, through `effective`. */
function opByOp(model: tf.LayersModel, stored: tf.Tensor, effective: (stored: tf.Tensor) => tf.Tensor): Float32Array {
  const [, bias1, kernel2, bias2] = model.getWeights();
  return tf.tidy(() =>
    tf
      .grad((w) => {
        const hidden = tf.relu(tf.add(tf.matMul(imagesOf(SPLIT), effective(w)), bias1));
        const logits = tf.add(tf.matMul(hidden, kernel2), bias2);
        return tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(LABELS, 'int32'), 3), logits);
      })(stored)
      .dataSync<'float32'>(),
  );
}

describe('gradients through transforms', () => {
  it('are the plain ones without any', async () => {
    const model = tinyModel(key(2));
    const weights = model.getWeights().map((weight) => weight.dataSync());
    const { loss, gradients } = await compiled(model);
    assert.ok(Math.abs(loss - loss64(weights)) < 1e-6);
    gradients.forEach((gradient, k) =>
      assertNear(gradient, differences((moved) => loss64(weights.map((values, i) => (i === k ? moved : values))), weights[k]), `weight ${k}`),
    );
  });

  it('are the plain ones through one that gives back what it gets', async () => {
    const { gradients: plain } = await compiled(tinyModel(key(2)));
    const model = tinyModel(key(2));
    parametrize(model.layers[0], 'kernel', () => ({ name: 'identity', forward: (w) => w }));
    const { gradients } = await compiled(model);
    assert.deepEqual(gradients, plain);
  });

  it('are masked for pruned weights', async () => {
    const model = tinyModel(key(3));
    const { transform, trained: [stored] } = parametrize(model.layers[0], 'kernel', prune({ density: 0.4 }));
    const mask = transform.mask.dataSync();
    const rest = model.getWeights().slice(1).map((weight) => weight.dataSync());
    const { loss, gradients } = await compiled(model);
    const masked = (w: number[]) => loss64([w.map((value, i) => value * mask[i]), ...rest]);
    assert.ok(Math.abs(loss - masked([...stored.dataSync()])) < 1e-6);
    assertNear(gradients[0], differences(masked, stored.dataSync()), 'by differences');
    assertNear(gradients[0], opByOp(model, stored, (w) => tf.mul(w, transform.mask)), 'op by op');
    assert.ok(gradients[0].every((value, i) => mask[i] === 1 || value === 0) && gradients[0].some((value) => value !== 0));
  });

  it('are summed over each cluster for shared weights, pruned before or not', async () => {
    for (const density of [1, 0.4]) {
      const model = tinyModel(key(4));
      if (density < 1) parametrize(model.layers[0], 'kernel', prune({ density }));
      const { trained: [stored] } = parametrize(model.layers[0], 'kernel', share({ bits: 2 }));
      const table = stored.dataSync();
      const [kernel, ...rest] = model.getWeights().map((weight) => weight.dataSync());
      const codes = Array.from(kernel, (value) => table.indexOf(value));
      const { loss, gradients } = await compiled(model);
      const looked = (centroids: number[]) => loss64([codes.map((code) => (code < 0 ? 0 : centroids[code])), ...rest]);
      assert.ok(Math.abs(loss - looked([...table])) < 1e-6);
      assertNear(gradients[0], differences(looked, table), 'by differences');
      const lookup = tf.tensor(codes.map((code) => code + 1), [12, 8], 'int32');
      assertNear(gradients[0], opByOp(model, stored, (t) => tf.gather(tf.concat([tf.zeros([1]), t]), lookup)), 'op by op');
      const free = opByOp(model, tf.tensor(kernel, [12, 8]), (w) => w);
      assertNear(gradients[0], Array.from(table, (_, c) => free.reduce((sum, value, i) => sum + (codes[i] === c ? value : 0), 0)), "members' sum");
    }
  });
});
