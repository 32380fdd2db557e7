import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkedContents } from './contents';
import type { Dataset, Split } from './dataset';
import { parseIdx } from './idx';
import { setFolder, sources, type SourceFile } from './sources';
import { checkOptions } from '../system';
import { datasetInOneLine, splitInOneLine } from './oneLine';

/**
 * MNIST (LeCun, Cortes, Burges), 60,000 + 10,000 images `[28, 28]`, from its four IDX files in the data folder's `mnist/`: plain or
 * gzipped, the SHA-256 of the contents checked. Throws if a file is missing, truncated, corrupt or mislabelled, and names it.
 */
export async function mnist(options: { dataDir?: string } = {}): Promise<Dataset> {
  checkOptions('mnist', options, ['dataDir']);
  const { dataDir } = options;
  const folder = setFolder('mnist', dataDir);
  const missing = sources.mnist.files.filter((source) => !locate(folder, source)).map(({ file }) => file);
  if (missing.length > 0)
    throw new Error(`mnist: ${folder} must hold MNIST's four files, but ${missing.join(', ')} (plain or .gz) ${missing.length > 1 ? 'are' : 'is'} missing; run \`npm run data -- mnist\`, or name the folder that holds mnist/ by dataDir or SQUEEZELAB_DATA`);
  return datasetInOneLine({
    name: 'MNIST',
    real: true,
    shape: [28, 28],
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    train: await readSplit(folder, 'train'),
    test: await readSplit(folder, 't10k'),
  });
}

/** True if all four files of MNIST lie in the data folder, whole or not. */
export function hasMnist(dataDir?: string): boolean {
  return sources.mnist.files.every((source) => locate(setFolder('mnist', dataDir), source));
}

async function readSplit(folder: string, part: 'train' | 't10k'): Promise<Split<Uint8Array>> {
  const images = await readChecked(folder, `${part}-images-idx3-ubyte.gz`);
  const labels = await readChecked(folder, `${part}-labels-idx1-ubyte.gz`);
  return splitInOneLine({ images, labels, count: labels.length, shape: [28, 28] });
}

async function readChecked(folder: string, file: string): Promise<Uint8Array> {
  const source = sources.mnist.files.find((source) => source.file === file)!;
  const path = locate(folder, source)!;
  const raw = await readFile(path);
  try {
    return parseIdx(checkedContents(raw, source), path).values;
  } catch (error) {
    throw new Error(`mnist: ${path} ${(error as Error).message}; it was not used: delete it and run \`npm run data -- mnist\``, { cause: error });
  }
}

/** The path of a file under one of the names in use, or undefined. */
function locate(folder: string, { file }: SourceFile): string | undefined {
  const names = [file, file.replace('-idx', '.idx')].flatMap((name) => [name, name.replace('.gz', '')]);
  return names.map((name) => join(folder, name)).find((path) => existsSync(path));
}
