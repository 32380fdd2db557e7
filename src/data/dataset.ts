import { checkKey, permutation, type Key } from '../random';
import { described, sizeOf } from '../system';
import { splitInOneLine } from './oneLine';

/** Images with their classes: a training or a test set, or a part of one. One's own are made one by `imageSplit`. */
export interface Split<Images extends Uint8Array | Float32Array = Uint8Array | Float32Array> {
  /** `[count, ...shape]`: pixels, 0 to 255, which `fillBatch` scales; or numbers that a net gets as they are. */
  images: Images;
  /** `[count]`, positions in the classes; 16 bits each for more than 256 classes. */
  labels: Uint8Array | Uint16Array;
  count: number;
  /** The shape of one image: `[28, 28]`, `[32, 32, 3]` with its channels last, or `[4]` for features. */
  shape: readonly number[];
  /** The classes' names, where the split says them itself: one's own does. */
  classes?: readonly string[];
  /** How `fillBatch` scales the pixels; to pixel / 255 if absent. `standardize` sets it, and parts of a split keep it. */
  standardization?: Standardization;
}

/** Channel `c` of an image (its last dimension) becomes `(pixel / 255 - mean[c]) / standardDeviation[c]`. */
export interface Standardization {
  /** `[channels]`, of pixels / 255. */
  mean: readonly number[];
  /** `[channels]`, of pixels / 255. */
  standardDeviation: readonly number[];
}

/** Images of some classes in two parts, to train on and to test on. */
export interface Dataset {
  /** As a figure names it: `MNIST`, `drawn digits`. */
  name: string;
  /** False for a set that the project draws itself: no claim is judged on it. */
  real: boolean;
  /** The shape of one image: `[28, 28]`, or `[32, 32, 3]` with its channels last. */
  shape: readonly number[];
  /** The classes' names: a label is a position among them. */
  classes: readonly string[];
  /** How this copy differs from the official one: `98 images substituted: JPEG decodes`. */
  note?: string;
  train: Split<Uint8Array>;
  test: Split<Uint8Array>;
}

/** @throws TypeError for what is no split: scripts are not type-checked */
export function givenSplit(where: string, split: unknown): Split {
  const { images, labels, count, shape } = (typeof split === 'object' && split !== null ? split : {}) as Partial<Split>;
  const pixels = images instanceof Uint8Array || images instanceof Float32Array;
  const positions = labels instanceof Uint8Array || labels instanceof Uint16Array;
  if (pixels && positions && typeof count === 'number' && Array.isArray(shape)) return split as Split;
  const given = typeof images === 'object' && typeof labels === 'object';
  if (given && pixels && !positions) throw new TypeError(`${where}: the labels of a split must be a Uint8Array or Uint16Array, got ${described(labels)}; imageSplit({ images, labels, shape }) makes them`);
  if (given && positions && !pixels) throw new TypeError(`${where}: the images of a split must be a Uint8Array or Float32Array, got ${described(images)}; imageSplit({ images, labels, shape }) makes them`);
  const dataset = (split as { train?: unknown } | undefined)?.train !== undefined ? '; give its train or test' : '';
  throw new TypeError(`${where}: the images must be a split, as imageSplit({ images, labels, shape }), imageFolder(folder) or a data set's train and test are, got ${described(split)}${dataset}`);
}

/** The images at `indices`, in that order, copied. */
export function selectImages<S extends Split>(split: S, indices: ArrayLike<number>): S {
  givenSplit('selectImages', split);
  const size = sizeOf(split.shape);
  const images = split.images instanceof Uint8Array ? new Uint8Array(indices.length * size) : new Float32Array(indices.length * size);
  const labels = new (split.labels.BYTES_PER_ELEMENT === 1 ? Uint8Array : Uint16Array)(indices.length);
  for (let i = 0; i < indices.length; i++) {
    if (!(Number.isInteger(indices[i]) && indices[i] >= 0 && indices[i] < split.count)) throw new RangeError(`selectImages: an index must be a whole number from 0 to ${split.count - 1}, got ${indices[i]}`);
    images.set(split.images.subarray(indices[i] * size, (indices[i] + 1) * size), i * size);
    labels[i] = split.labels[indices[i]];
  }
  return splitInOneLine({ ...split, images, labels, count: indices.length });
}

/** The first `count` images, without a copy. */
export function firstImages<S extends Split>(split: S, count: number): S {
  checkCount('firstImages', split, count);
  return splitInOneLine({ ...split, images: split.images.subarray(0, sizeOf(split.shape) * count), labels: split.labels.subarray(0, count), count });
}

/**
 * `count` images drawn without replacement as a validation set, and all others as the training set; both keep the order of the split.
 *
 * ```ts
 * import { drawnDigits, holdOut, key } from 'squeezelab';
 *
 * const digits = drawnDigits({ train: 60, test: 20 });
 * const { train, validation } = holdOut(digits.train, 10, key(1));
 * console.log(train.count, validation.count); // => 50 10
 * ```
 *
 * @throws RangeError when the count is not a whole number from 0 to the images there are
 * @throws TypeError when `key` is no key
 */
export function holdOut<S extends Split>(split: S, count: number, key: Key): { train: S; validation: S } {
  checkCount('holdOut', split, count);
  checkKey('holdOut', key);
  const order = permutation(key, split.count);
  return { train: selectImages(split, order.subarray(count).sort()), validation: selectImages(split, order.subarray(0, count).sort()) };
}

/** The images of the given classes alone: `onlyClasses(mnist.test, [3])`. */
export const onlyClasses = <S extends Split>(split: S, classes: readonly number[]): S => where(split, (label) => classes.includes(label));

/** All images but those of the given classes: a transfer set `withoutClasses(mnist.train, [3])`. */
export const withoutClasses = <S extends Split>(split: S, classes: readonly number[]): S => where(split, (label) => !classes.includes(label));

function where<S extends Split>(split: S, keep: (label: number) => boolean): S {
  givenSplit('onlyClasses, withoutClasses', split);
  return selectImages(split, [...split.labels.keys()].filter((i) => keep(split.labels[i])));
}

function checkCount(name: string, split: Split, count: number): void {
  givenSplit(name, split);
  if (!Number.isInteger(count) || count < 0 || count > split.count)
    throw new RangeError(`${name}: the count must be a whole number from 0 to the ${split.count} images there are, got ${described(count)}${count > 0 && count < 1 ? `; a part of them is Math.round(${count} * split.count)` : ''}`);
}
