import * as tf from '@tensorflow/tfjs';
import { consecutiveBatches, fillBatch, type Split } from '../data';
import { compile } from '../engine';
import { checkSplit, checkWhole } from './check';
import { normalizations, withNormalized } from './normalization';
import { inputShape } from './step';
import { checkOptions, sizeOf } from '../system';

/**
 * Estimates the statistics of a model's batch normalisation anew, from the images of a split: after pruning or quantising without retraining, or a training too short for moving averages.
 * Each layer's mean and variance become those over all images, mean = E[m], variance = E[v + m²] − E[m]² for the mean m and variance v of each batch, the layers below normalised by the batch's own as in training;
 * nothing else changes. What does not fill a batch is left out. Wu & Johnson 2021 (arXiv 2105.07576, section 3) call it PreciseBN.
 *
 * @param model images `[batch, ...shape]` to logits `[batch, classes]`; means and variances are `[channels]`
 * @param options `batch`: images a run, 200 if left out
 * @throws RangeError when the model cannot take the split, or has no batch normalisation
 * @throws Error when a batch normalisation is used more than once, or normalises another axis than the last
 * @throws TypeError when the model is no LayersModel, the split no split, or for an option that there is not
 */
export async function recalibrate(model: tf.LayersModel, split: Split, options: { batch?: number } = {}): Promise<void> {
  checkOptions('recalibrate', options, ['batch']);
  const { batch = 200 } = options;
  checkSplit('recalibrate', model, split);
  checkWhole('recalibrate: the batch', batch);
  const layers = normalizations(model);
  if (!layers.length) throw new RangeError(`recalibrate: ${model.name} must have batch normalisation, got none`);
  const size = Math.min(batch, split.count);
  const shape = inputShape(model, size);
  const program = await compile<Record<string, tf.Tensor>>(
    (x) => {
      const found: Record<string, tf.Tensor> = {};
      withNormalized(
        model,
        (layer, mean, variance) => {
          const at = layers.indexOf(layer);
          if (`${at} mean` in found) throw new Error(`recalibrate: a batch normalisation must be used once, got ${layer.name} twice`);
          Object.assign(found, { [`${at} mean`]: mean, [`${at} square`]: tf.add(variance, tf.square(mean)) });
        },
        () => model.apply(x, { training: false }),
      );
      return found;
    },
    [{ shape }],
  );
  try {
    const sums: Record<string, Float64Array> = {};
    const batches = consecutiveBatches(split.count, size).filter(({ length }) => length === size);
    const [x, y] = [new Float32Array(sizeOf(shape)), new Int32Array(size)];
    for (const indices of batches) {
      fillBatch(split, indices, x, y);
      for (const [name, tensor] of Object.entries(await program(x))) {
        const sum = (sums[name] ??= new Float64Array(tensor.size));
        tensor.dataSync().forEach((value: number, i: number) => (sum[i] += value / batches.length));
        tensor.dispose();
      }
    }
    layers.forEach(({ movingMean, movingVariance }, at) => {
      const [mean, square] = [sums[`${at} mean`], sums[`${at} square`]];
      const assign = (weight: typeof movingMean, values: Float64Array) => tf.tidy(() => void weight.write(tf.tensor1d(Float32Array.from(values))));
      assign(movingMean, mean);
      assign(movingVariance, mean.map((value, i) => Math.max(0, square[i] - value ** 2)));
    });
  } finally {
    await program.dispose();
  }
}
