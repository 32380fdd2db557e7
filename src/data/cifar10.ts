import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { identified } from './contents';
import type { Dataset, Split } from './dataset';
import { setFolder, sources, type Accepted, type SourceFile } from './sources';
import { checkOptions } from '../system';
import { datasetInOneLine, splitInOneLine } from './oneLine';

const PIXELS = 32 * 32;
/** A label, then the planes of red, green and blue. */
const RECORD = 1 + 3 * PIXELS;

/** CIFAR-10, with which of its images are not the official ones. */
export interface Cifar10 extends Dataset {
  /** The images, by their positions in the splits, whose pixels are not the official ones but decoded from a JPEG file; none in the official files. */
  substituted: { train: number[]; test: number[] };
}

/**
 * CIFAR-10 (Krizhevsky 2009), 50,000 + 10,000 images `[32, 32, 3]`, channels last, from the six files of its binary version in the data folder's `cifar10/`
 * or `cifar10/cifar-10-batches-bin/`, the SHA-256 of the contents checked. `note` says which images are substituted or could not be checked.
 * Throws if a file is missing, truncated, corrupt or mislabelled, and names it.
 */
export async function cifar10(options: { dataDir?: string } = {}): Promise<Cifar10> {
  checkOptions('cifar10', options, ['dataDir']);
  const { dataDir } = options;
  const folder = setFolder('cifar10', dataDir);
  const { files } = sources.cifar10;
  const missing = files.filter((file) => !locate(folder, file)).map(({ file }) => basename(file));
  if (missing.length > 0)
    throw new Error(`cifar10: ${folder} must hold CIFAR-10's six binary files, but ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing; run \`npm run data -- cifar10\`, or name the folder that holds cifar10/ by dataDir or SQUEEZELAB_DATA`);
  const train = await readSplit(folder, files.filter(({ file }) => !isTest(file)));
  const test = await readSplit(folder, files.filter(({ file }) => isTest(file)));
  const substituted = train.substituted.length + test.substituted.length;
  const unchecked = train.unchecked + test.unchecked;
  const notes = [substituted > 0 && `${substituted} images substituted: JPEG decodes`, unchecked > 0 && `${unchecked} images could not be checked`];
  return datasetInOneLine({
    name: 'CIFAR-10',
    real: true,
    shape: [32, 32, 3],
    classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
    note: notes.filter(Boolean).join('; ') || undefined,
    train: train.split,
    test: test.split,
    substituted: { train: train.substituted, test: test.substituted },
  });
}

/** True if all six files of CIFAR-10 lie in the data folder, whole or not. */
export function hasCifar10(dataDir?: string): boolean {
  return sources.cifar10.files.every((file) => locate(setFolder('cifar10', dataDir), file));
}

const isTest = (file: string) => basename(file).startsWith('test');

async function readSplit(folder: string, files: readonly SourceFile[]): Promise<{ split: Split<Uint8Array>; substituted: number[]; unchecked: number }> {
  const count = files.reduce((sum, { bytes }) => sum + bytes / RECORD, 0);
  const split: Split<Uint8Array> = splitInOneLine({ images: new Uint8Array(count * 3 * PIXELS), labels: new Uint8Array(count), count, shape: [32, 32, 3] });
  const substituted: number[] = [];
  let unchecked = 0;
  let start = 0;
  for (const file of files) {
    const { bytes, as } = await readChecked(folder, file);
    const records = file.substitutes?.records ?? [];
    if (as.substituted) substituted.push(...records.map((record) => start + record));
    if (as.zeroed) unchecked += records.length;
    unpackRecords(bytes, split, start);
    start += bytes.length / RECORD;
  }
  return { split, substituted, unchecked };
}

async function readChecked(folder: string, file: SourceFile): Promise<{ bytes: Uint8Array; as: Accepted }> {
  const path = locate(folder, file)!;
  const raw = await readFile(path);
  try {
    return identified(raw, file);
  } catch (error) {
    throw new Error(`cifar10: ${path} ${(error as Error).message}; it was not used: delete it and run \`npm run data -- cifar10\``, { cause: error });
  }
}

/** Brings the records' planes of colour together, pixel by pixel, as the images from `start` on. */
function unpackRecords(bytes: Uint8Array, { images, labels }: Split, start: number): void {
  let to = start * 3 * PIXELS;
  for (let record = 0, image = start; record < bytes.length; record += RECORD, image++) {
    labels[image] = bytes[record];
    const end = record + 1 + PIXELS;
    for (let red = record + 1; red < end; red++, to += 3) {
      images[to] = bytes[red];
      images[to + 1] = bytes[red + PIXELS];
      images[to + 2] = bytes[red + 2 * PIXELS];
    }
  }
}

/** The path of a file, in the archive's folder or without it, or undefined. */
function locate(folder: string, { file }: SourceFile): string | undefined {
  return [join(folder, file), join(folder, basename(file))].find((path) => existsSync(path));
}
