import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkedContents } from './contents';
import { setFolder, sources } from './sources';
import { checkOptions } from '../system';

/** Sets of `sources.json` that are one file: nets of other people. */
type Net = 'squeezenet-deep-compression' | 'lenet-caffe';

/**
 * The bytes of somebody's net from its folder in the data folder, their SHA-256 checked: `compressed_SqueezeNet.net` or `lenet.bin`.
 *
 * @throws Error when the file is missing, truncated, corrupt or mislabelled, by its name
 */
export async function dataFile(net: Net, options: { dataDir?: string } = {}): Promise<Uint8Array> {
  checkOptions('dataFile', options, ['dataDir']);
  const { dataDir } = options;
  const [wanted] = sources[net].files;
  const path = locate(net, dataDir);
  if (!path) throw new Error(`dataFile: ${setFolder(net, dataDir)} must hold ${wanted.file}; run \`npm run data -- ${net}\`, or name the folder that holds ${net}/ by dataDir or SQUEEZELAB_DATA`);
  try {
    return checkedContents(await readFile(path), wanted);
  } catch (error) {
    throw new Error(`dataFile: ${path} ${(error as Error).message}; it was not used`, { cause: error });
  }
}

/** True if the file lies in the data folder, whole or not. */
export const hasDataFile = (net: Net, dataDir?: string): boolean => locate(net, dataDir) !== undefined;

/** The path of the file, which may lie flat in its set's folder. */
function locate(net: Net, dataDir?: string): string | undefined {
  const { file } = sources[net].files[0];
  return [file, basename(file)].map((name) => join(setFolder(net, dataDir), name)).find((path) => existsSync(path));
}
