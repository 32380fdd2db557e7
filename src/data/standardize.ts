import { described } from '../system';
import { givenSplit, type Split, type Standardization } from './dataset';
import { datasetInOneLine, isDataset, splitInOneLine } from './oneLine';

/** The mean and the standard deviation of each channel's pixels / 255 over all images, exact but for the last rounding: each `[channels]`. `channels` is an image's last dimension. */
export function channelStatistics(split: Split, channels: number): Standardization {
  const { images } = split;
  if (!(images instanceof Uint8Array)) throw new TypeError(`channelStatistics: the images must be pixels, bytes from 0 to 255, got ${described(images)}; scale floats before they become a split`);
  if (images.length === 0 || images.length % (channels * split.count) !== 0)
    throw new RangeError(`channelStatistics: images of ${channels} channels must have a multiple of ${channels} values, got ${split.count} images of ${images.length / split.count}`);
  const counts = new Uint32Array(256 * channels);
  for (let at = 0; at < images.length; at += channels) for (let channel = 0; channel < channels; channel++) counts[(channel << 8) | images[at + channel]]++;
  const statistics = Array.from({ length: channels }, (_, channel) => {
    const histogram = counts.subarray(256 * channel, 256 * (channel + 1));
    const count = images.length / channels;
    const mean = histogram.reduce((sum, times, pixel) => sum + times * pixel, 0) / count;
    const variance = histogram.reduce((sum, times, pixel) => sum + times * (pixel - mean) ** 2, 0) / count;
    return { mean: mean / 255, standardDeviation: Math.sqrt(variance) / 255 };
  });
  return { mean: statistics.map(({ mean }) => mean), standardDeviation: statistics.map(({ standardDeviation }) => standardDeviation) };
}

/**
 * A dataset, or a user's own splits `{ train, test }`, with standardised pixels: in the batches of all its splits, and of parts made from them, channel `c` is
 * `(pixel / 255 - mean[c]) / standardDeviation[c]` by the training images' statistics, for `fit` and `evaluate` alike. The stored bytes stay as they are.
 *
 * ```ts
 * import { drawnDigits, holdOut, key, standardize } from 'squeezelab';
 *
 * const { train, test } = standardize(drawnDigits({ train: 60, test: 20 }));
 * const { validation } = holdOut(train, 10, key(1));
 * console.log(test.standardization === train.standardization, validation.standardization === train.standardization); // => true true
 * ```
 *
 * @throws RangeError when all pixels of a channel are equal
 * @throws TypeError when the training images are not pixels
 */
export function standardize<D extends { train: Split }>(dataset: D): D {
  const { train } = (typeof dataset === 'object' ? (dataset) : undefined) ?? {};
  if (!train) throw new TypeError(`standardize: it must be a data set, or splits { train, test } by whose training images it is done, got ${described(dataset)}`);
  givenSplit('standardize', train);
  const standardization = channelStatistics(dataset.train, train.shape.length > 2 ? train.shape.at(-1)! : 1);
  const constant = standardization.standardDeviation.indexOf(0);
  if (constant >= 0) throw new RangeError(`standardize: the pixels of each channel must differ somewhere in the training images, got one value alone in channel ${constant}`);
  const isSplit = (value: unknown): value is Split => typeof value === 'object' && value !== null && 'images' in value && 'labels' in value;
  const standardized = Object.fromEntries(Object.entries(dataset).map(([name, value]: [string, unknown]) => [name, isSplit(value) ? splitInOneLine({ ...value, standardization }) : value])) as D;
  return isDataset(standardized) ? datasetInOneLine(standardized) : standardized;
}

const tables = new WeakMap<Standardization, Float32Array>();

/** What each byte becomes in each channel, `[channels, 256]`. */
export function pixelTable(standardization: Standardization): Float32Array {
  let table = tables.get(standardization);
  if (!table) {
    const { mean, standardDeviation } = standardization;
    table = Float32Array.from({ length: 256 * mean.length }, (_, i) => ((i % 256) / 255 - mean[i >> 8]) / standardDeviation[i >> 8]);
    tables.set(standardization, table);
  }
  return table;
}
