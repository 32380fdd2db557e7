/** A user's own images in files of arrays: NumPy, IDX, CSV. */
import { readFileSync } from 'node:fs';
import { readNpy, readNpz, type NumberTensor } from '../../formats';
import { checkOptions, described } from '../../system';
import type { Split } from '../dataset';
import { parseIdx } from '../idx';
import { imageSplit } from './imageSplit';

/** @throws TypeError for what is no file's name, Error for a file that cannot be read */
export function readBytes(where: string, file: string): Uint8Array {
  if (typeof file !== 'string') throw new TypeError(`${where}: a file must be a name, such as 'x.npy', got ${described(file)}; give the images' and the labels'`);
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`${where}: ${file} must be a file that can be read, got: ${(error as Error).message}`, { cause: error });
  }
}

/** Reads a file; what is wrong with its contents is said with its name. */
function reading<T>(where: string, file: string, parse: (bytes: Uint8Array) => T): T {
  const bytes = readBytes(where, file);
  try {
    return parse(bytes);
  } catch (error) {
    throw new Error(`${where}: ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** Images `[count, ...shape]` and labels `[count]` as a split. */
function splitOf(where: string, files: string, images: NumberTensor, labels: NumberTensor, classes?: readonly string[]): Split {
  if (images.shape.length < 2) throw new RangeError(`${where}: the images in ${files} must be of shape [count, ...], one row each, got [${images.shape.join(', ')}]`);
  const [count, ...shape] = images.shape;
  const flat = labels.shape.filter((length) => length !== 1).length <= 1;
  if (!flat && labels.shape[0] === count) throw new RangeError(`${where}: the labels in ${files} must be one class for each image, got ${labels.shape.slice(1).join(' × ')} numbers for each; if they are one-hot, save labels.argmax(axis=1)`);
  try {
    return imageSplit({ images: images.values, labels: labels.values, shape, classes });
  } catch (error) {
    throw new RangeError(`${where}: ${files}: ${(error as Error).message}`, { cause: error });
  }
}

/** Images `[count, ...shape]` and their labels `[count]` in two NumPy files, as `np.save` writes them. Images of bytes are pixels; others are numbers that a net gets as they are. */
export function npyImages(imagesFile: string, labelsFile: string, options: { classes?: readonly string[] } = {}): Split {
  checkOptions('npyImages', options, ['classes']);
  const [images, labels] = [imagesFile, labelsFile].map((file) => reading('npyImages', file, readNpy));
  return splitOf('npyImages', `${imagesFile} and ${labelsFile}`, images, labels, options.classes);
}

/** The same in an archive, `np.savez('digits.npz', x_train=images, y_train=labels)`: `npzImages('digits.npz', { images: 'x_train', labels: 'y_train' })`. */
export function npzImages(file: string, names: { images: string; labels: string; classes?: readonly string[] }): Split {
  checkOptions('npzImages', names, ['images', 'labels', 'classes']);
  const arrays = reading('npzImages', file, readNpz);
  const [images, labels] = [names.images, names.labels].map((name) => {
    const array = arrays.get(name);
    if (!array) throw new RangeError(`npzImages: ${file} must hold an array ${name}, got ${[...arrays.keys()].join(', ')}`);
    return array;
  });
  return splitOf('npzImages', `${file}, ${names.images} and ${names.labels}`, images, labels, names.classes);
}

/** Images and labels in a pair of IDX files, plain or gzipped, as MNIST, EMNIST and Fashion-MNIST come: `idxImages('train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz')`. */
export function idxImages(imagesFile: string, labelsFile: string, options: { classes?: readonly string[] } = {}): Split {
  checkOptions('idxImages', options, ['classes']);
  const [images, labels] = [imagesFile, labelsFile].map((file) => reading('idxImages', file, (bytes) => parseIdx(bytes, file)));
  return splitOf('idxImages', `${imagesFile} and ${labelsFile}`, images, labels, options.classes);
}
