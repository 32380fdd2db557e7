import assert from 'node:assert/strict';
import { channelStatistics, fillBatch, holdOut, onlyClasses, selectImages, standardize, firstImages, type Dataset, type Split } from '../../src/data';
import { key, uniform } from '../../src/random';

const COUNT = 200;
const split = (seed: number): Split<Uint8Array> => ({
  images: Uint8Array.from(uniform(key(seed), COUNT * 12, { max: 256 }), (pixel, i) => pixel / (1 + (i % 3))),
  labels: Uint8Array.from({ length: COUNT }, (_, i) => i % 10),
  count: COUNT,
  shape: [2, 2, 3],
});
const dataset: Dataset = { name: 'test', real: false, shape: [2, 2, 3], classes: [], train: split(1), test: split(2) };

/** All pixels of a split as a batch has them, by channel. */
function channelsOf(part: Split): number[][] {
  const x = new Float32Array(part.images.length);
  fillBatch(part, [...Array(part.count).keys()], x, new Int32Array(part.count));
  return [0, 1, 2].map((channel) => [...x].filter((_, i) => i % 3 === channel));
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('standardize', () => {
  it('gives each channel of the training batches mean 0 and deviation 1', () => {
    for (const channel of channelsOf(standardize(dataset).train)) {
      assert.ok(Math.abs(mean(channel)) < 1e-6);
      assert.ok(Math.abs(mean(channel.map((value) => value ** 2)) - 1) < 1e-6);
    }
  });

  it('applies the training images\' statistics to the test images', () => {
    const { mean: means, standardDeviation } = channelStatistics(dataset.train, 3);
    const plain = channelsOf(dataset.test);
    channelsOf(standardize(dataset).test).forEach((channel, c) =>
      channel.forEach((value, i) => assert.ok(Math.abs(value - (plain[c][i] - means[c]) / standardDeviation[c]) < 1e-5)),
    );
  });

  it('stays with the parts of a split, and leaves bytes and given dataset as they are', () => {
    const { train } = standardize(dataset);
    const { standardization } = train;
    assert.ok(standardization);
    const held = holdOut(train, 20, key(0));
    for (const part of [held.train, held.validation, firstImages(train, 5), selectImages(train, [3]), onlyClasses(train, [1])]) assert.equal(part.standardization, standardization);
    assert.equal(train.images, dataset.train.images);
    assert.equal(dataset.train.standardization, undefined);
  });

  it('takes an image without channels as one of a single channel', () => {
    const { train, test } = dataset;
    const grey = standardize({ ...dataset, train: { ...train, shape: [3, 4] }, test: { ...test, shape: [3, 4] } });
    assert.equal(grey.train.standardization!.mean.length, 1);
    assert.ok(Math.abs(mean(channelsOf(grey.train).flat())) < 1e-6);
  });

  it('refuses what has no deviation or other channels', () => {
    const black = { ...dataset.train, images: dataset.train.images.map((pixel, i) => (i % 3 === 1 ? 7 : pixel)) };
    assert.throws(() => standardize({ ...dataset, train: black }), /standardize: the pixels of each channel must differ somewhere .*, got one value alone in channel 1/);
    assert.throws(() => channelStatistics(dataset.train, 5), /channelStatistics: images of 5 channels must have a multiple of 5 values, got 200 images of 12/);
    assert.throws(() => channelStatistics(firstImages(dataset.train, 0), 3), /channelStatistics/);
  });
});
