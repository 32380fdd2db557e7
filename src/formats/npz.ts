import { unzipSync } from 'fflate';
import { FormatError } from '../codec';
import { checkBytes } from './bytes';
import { readNpy } from './npy';
import type { NumberTensor } from './tensor';

/**
 * Reads the arrays in an `.npz` archive, `np.savez('digits.npz', x=images, y=labels)`, compressed or not, by their names: `x`, `y`.
 *
 * @returns each array's values `[...shape]` in C order
 * @throws TypeError when `bytes` is no Uint8Array
 * @throws FormatError when the bytes are no zip archive, or what is in it is no NumPy file
 */
export function readNpz(bytes: Uint8Array): Map<string, NumberTensor> {
  checkBytes('readNpz', bytes);
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes);
  } catch (error) {
    throw new FormatError(`readNpz: an archive must be a whole zip file, got: ${(error as Error).message}`, 0);
  }
  return new Map(
    Object.entries(files).map(([name, content]) => {
      try {
        return [name.replace(/\.npy$/, ''), readNpy(content)];
      } catch (error) {
        throw new FormatError(`readNpz: ${name} in the archive: ${(error as Error).message}`, (error as FormatError).offset);
      }
    }),
  );
}
