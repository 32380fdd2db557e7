import { checkOptions, described, sizeOf } from '../../system';
import type { Split } from '../dataset';
import { splitInOneLine } from '../oneLine';

/** What `imageSplit` makes a split of: images and their classes. */
export interface OwnImages {
  /** All images one after the other, `[count, ...shape]`, or a list of them: whole numbers from 0 to 255 as `Uint8Array` are pixels, which a net gets divided by 255; all else are numbers that it gets as they are. */
  images: ArrayLike<number> | readonly ArrayLike<number>[];
  /** One class for each image: its number, from 0 on, or its name. */
  labels: ArrayLike<number | string | bigint>;
  /** Of one image: `[height, width]`, `[height, width, channels]`, or `[features]`. */
  shape: readonly number[];
  /** The classes' names, in the order of their numbers; left out, they are the numbers, or all names in alphabetical order. */
  classes?: readonly string[];
}

/**
 * A user's own images as a split, which `fit`, `evaluate` and all else take; how many there are follows from the labels.
 *
 * ```ts
 * import { imageSplit } from 'squeezelab';
 *
 * const split = imageSplit({ images: Float32Array.of(0, 0.5, 1, 0.25, 0, 1), labels: ['cat', 'dog', 'cat'], shape: [2] });
 * console.log(split.count, split.labels.join(), split.classes); // => 3 0,1,0 [ 'cat', 'dog' ]
 * ```
 *
 * @throws TypeError or RangeError for what is no image, an unknown class, one-hot labels, or numbers that are not as many as the shape says: each says which image it is
 */
export function imageSplit(own: OwnImages): Split {
  checkOptions('imageSplit', own, ['images', 'labels', 'shape', 'classes']);
  checkClassNames('imageSplit', own.classes);
  const { images, labels, shape } = own;
  checkShape('imageSplit', shape);
  const values = valuesOf(images, shape);
  const count = values.length / sizeOf(shape);
  if (!isList(labels)) throw new TypeError(`imageSplit: the labels must be a list of classes, one for each image, got ${described(labels)}${isTensor(labels) ? '; write Array.from(tensor.dataSync())' : ''}`);
  if (labels.length === 0) throw new RangeError('imageSplit: there must be an image and its label, got none');
  if (labels.length !== count) throw mismatch(labels, count, values.length, shape);
  const { classes, numbers } = numbered(labels, own.classes);
  if (values instanceof Float32Array && shape.length > 1 && looksLikePixels(values)) {
    console.warn('imageSplit: the images are numbers up to 255, which a net gets as they are; pixels are divided by 255 where they are bytes: give Uint8Array.from(images), in Python images.astype("uint8")');
  }
  return splitInOneLine({ images: values, labels: classes.length > 256 ? Uint16Array.from(numbers) : Uint8Array.from(numbers), count, shape, classes });
}

/** @throws TypeError for what is no list of different names */
export function checkClassNames(where: string, classes: unknown): void {
  if (classes === undefined || (Array.isArray(classes) && classes.every((name) => typeof name === 'string') && new Set(classes).size === classes.length)) return;
  throw new TypeError(`${where}: classes must be a list of different names, such as ['cat', 'dog'], got ${Array.isArray(classes) ? classes.slice(0, 8).map(String).join(', ') : described(classes)}; of another split write { classes: split.classes }`);
}

/** @throws TypeError for what is no shape of one image */
export function checkShape(where: string, shape: unknown): void {
  if (Array.isArray(shape) && shape.length > 0 && shape.every((length) => Number.isInteger(length) && (length as number) >= 1)) return;
  throw new TypeError(`${where}: the shape must be that of one image, such as [28, 28] or [32, 32, 3], or [4] for four features, got ${described(shape)}`);
}

const isList = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);

/** Bytes as they are, all else as float32; a list of images one after the other. */
function valuesOf(images: unknown, shape: readonly number[]): Uint8Array | Float32Array {
  const wrong = (got: string) => new TypeError(`imageSplit: the images must be an array of numbers, [${['count', ...shape].join()}] row by row, or a list of such arrays, got ${got}`);
  if (!isList(images)) throw wrong(`${described(images)}${isTensor(images) ? '; write tensor.dataSync()' : ''}`);
  const size = sizeOf(shape);
  if (isList(images[0])) {
    const list = images as ArrayLike<ArrayLike<number>>;
    const odd = Array.from(list).findIndex((image) => !isList(image) || image.length !== size);
    if (odd >= 0) throw new RangeError(`imageSplit: an image of shape [${shape.join()}] must have ${size} numbers, got ${isList(list[odd]) ? list[odd].length : described(list[odd])} in image ${odd}`);
    const bytes = Array.from(list).every((image) => image instanceof Uint8Array || image instanceof Uint8ClampedArray);
    const all = bytes ? new Uint8Array(list.length * size) : new Float32Array(list.length * size);
    Array.from(list).forEach((image, i) => all.set(image, i * size));
    return finite(all, size);
  }
  if (images instanceof Uint8Array) return images;
  if (images instanceof Uint8ClampedArray) return Uint8Array.from(images);
  if (images instanceof BigInt64Array || images instanceof BigUint64Array) return finite(Float32Array.from(images, Number), size);
  if (images.length > 0 && typeof images[0] !== 'number') throw wrong(`a list that begins with ${described(images[0])}`);
  return finite(images instanceof Float32Array ? images : Float32Array.from(images as ArrayLike<number>), size);
}

/** Whole numbers from 0 to 255, of which some are large. */
const looksLikePixels = (values: Float32Array): boolean => values.some((value) => value > 16) && values.every((value) => Number.isInteger(value) && value >= 0 && value <= 255);

const isTensor = (value: unknown): boolean => typeof (value as { dataSync?: unknown } | null)?.dataSync === 'function';

function finite<A extends Uint8Array | Float32Array>(values: A, size: number): A {
  const at = values instanceof Float32Array ? values.findIndex((value) => !Number.isFinite(value)) : -1;
  if (at >= 0) throw new RangeError(`imageSplit: numbers must be finite, got ${values[at]} in image ${Math.floor(at / size)}, at place ${at % size}`);
  return values;
}

function mismatch(labels: ArrayLike<unknown>, count: number, values: number, shape: readonly number[]): RangeError {
  const classes = labels.length / count;
  const oneHot = Number.isInteger(classes) && classes > 1 && Array.from(labels).every((value) => value === 0 || value === 1);
  const shapeSays = Number.isInteger(count) ? `${count} images of shape [${shape.join()}]` : `${values} numbers, which are no whole number of images of shape [${shape.join()}]`;
  if (oneHot) return new RangeError(`imageSplit: labels must be one class for each image, got ${labels.length} zeros and ones for ${shapeSays}: rows of a one-hot matrix; give the place of the one in each of its ${count} rows of ${classes}`);
  return new RangeError(`imageSplit: there must be a label for each image, got ${labels.length} labels and ${shapeSays}`);
}

/** The classes' names, and each label as a position among them. */
function numbered(labels: ArrayLike<unknown>, given?: readonly string[]): { classes: readonly string[]; numbers: number[] } {
  const all = Array.from(labels);
  const texts = all.filter((label) => typeof label === 'string').length;
  if (texts > 0 && texts < all.length) throw new TypeError(`imageSplit: labels must all be numbers or all be names, got both: ${described(all.find((label) => typeof label !== 'string'))} and ${described(all.find((label) => typeof label === 'string'))}`);
  if ((given?.length ?? 0) > 65_536) throw new RangeError(`imageSplit: there must be at most 65536 classes, got ${given!.length}`);
  if (texts > 0) {
    const classes = given ?? [...new Set(all as string[])].sort();
    if (classes.length > 65_536) throw new RangeError(`imageSplit: there must be at most 65536 classes, got ${classes.length}`);
    const places = new Map(classes.map((name, i) => [name, i]));
    return {
      classes,
      numbers: all.map((label, i) => {
        const number = places.get(label as string);
        if (number === undefined) throw new RangeError(`imageSplit: a label must be one of the classes ${classes.slice(0, 12).join(', ')}, got ${described(label)} for image ${i}`);
        return number;
      }),
    };
  }
  const numbers = all.map((label) => (typeof label === 'bigint' || typeof label === 'boolean' ? Number(label) : label)) as number[];
  const hot = all.findIndex(isList);
  if (hot >= 0) throw new TypeError(`imageSplit: labels must be one class for each image, got a list of ${(all[hot] as ArrayLike<unknown>).length} for image ${hot}; of one-hot rows give the place of the one`);
  const most = (given?.length ?? 65_536) - 1;
  const wrong = numbers.findIndex((label) => !Number.isInteger(label) || label < 0 || label > most);
  if (wrong >= 0) throw new RangeError(`imageSplit: labels must be whole numbers from 0${given ? ` to ${most}, the places of the ${given.length} classes` : ` to ${most}`}, or names, got ${described(numbers[wrong])} for image ${wrong}`);
  const count = numbers.reduce((largest, label) => Math.max(largest, label), 0) + 1;
  return { classes: given ?? Array.from({ length: count }, (_, i) => String(i)), numbers };
}
