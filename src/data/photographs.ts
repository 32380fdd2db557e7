import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { csvFields } from './csv';
import type { Dataset, Split } from './dataset';
import { decodeJpeg } from './jpeg';
import { middle } from './own/onePicture';
import { setFolder } from './sources';
import { checkOptions } from '../system';
import { splitInOneLine } from './oneLine';

const SET = 'imagenet-sample';
const LABELS = 'nips17-dev-labels.csv';
const CREDITS = 'nips17-dev-metadata.csv';
const WORDS = 'synset_words.txt';

/** Whom a photograph is by, and where its page is; all are under CC BY 2.0. */
export interface Credit {
  /** `unknown` where the set does not say it. */
  author: string;
  /** Its address on the web; '' where the set does not say it. */
  page: string;
}

/** Photographs in classes, with whom each is by. */
export interface Photographs extends Omit<Dataset, 'train' | 'test'> {
  split: Split<Uint8Array>;
  /** One for each image, in their order. */
  credits: Credit[];
}

/**
 * The first `count` of 1,000 photographs in the classes of ImageNet, the middle `size` × `size` pixels of each, from the data folder's `imagenet-sample/`: the development set of the
 * NIPS 2017 contest on adversarial images, scaled to 256 × 256. It is not the validation set of ILSVRC, by which papers measure, so accuracies on it cannot
 * be compared with theirs.
 *
 * @throws Error when a file is missing or cannot be read, by its name
 */
export async function photographs(options: { count?: number; size?: number; dataDir?: string } = {}): Promise<Photographs> {
  checkOptions('photographs', options, ['count', 'size', 'dataDir']);
  const { count = 1000, size = 227, dataDir } = options;
  const folder = setFolder(SET, dataDir);
  const missing = [LABELS, CREDITS, WORDS].filter((file) => !existsSync(join(folder, file)));
  if (missing.length > 0) throw new Error(`photographs: ${folder} must hold ${missing.join(', ')}; data/README.md says where they are from`);
  const rows = async (file: string) => (await readFile(join(folder, file), 'utf8')).trim().split(/\r?\n/);
  const classes = (await rows(WORDS)).map((line) => line.replace(/^\S+ /, '').split(',')[0]);
  const labelled = (await rows(LABELS)).slice(1, 1 + count).map((line) => csvFields(line));
  if (labelled.length < count) throw new Error(`photographs: ${LABELS} must list ${count} photographs, got ${labelled.length}`);
  const labels = Uint16Array.from(labelled, ([file, label]) => {
    if (!/^\d+$/.test(label) || Number(label) >= classes.length) throw new Error(`photographs: ${LABELS} must give ${file} a class from 0 to ${classes.length - 1}, got ${label}`);
    return Number(label);
  });
  const credits = new Map((await rows(CREDITS)).map((line) => csvFields(line)).map((field) => [field[0], { author: unescaped(field[10] ?? ''), page: field[8] ?? '' }]));

  const images = new Uint8Array(count * size * size * 3);
  for (const [i, [file]] of labelled.entries()) {
    const picture = decodeJpeg(await readFile(join(folder, file)), file);
    if (picture.width < size || picture.height < size) throw new Error(`photographs: ${file} must have at least ${size} × ${size} pixels, got ${picture.width} × ${picture.height}`);
    images.set(middle(picture, size), i * size * size * 3);
  }
  return {
    name: 'photographs of the NIPS 2017 contest',
    real: true,
    shape: [size, size, 3],
    classes,
    split: splitInOneLine({ images, labels, count, shape: [size, size, 3] }),
    credits: labelled.map(([file]) => credits.get(basename(file, '.jpg')) ?? { author: 'unknown', page: '' }),
  };
}

/** True if the list of the photographs lies in the data folder. */
export const hasPhotographs = (dataDir?: string): boolean => existsSync(join(setFolder(SET, dataDir), LABELS));

/** The file writes bytes beyond ASCII, of UTF-8, in octal: `Verb\303\244nde`. */
const unescaped = (text: string): string => Buffer.from(text.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))), 'latin1').toString();
