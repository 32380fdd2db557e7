import { crc32 } from 'node:zlib';
import { unzipSync } from 'fflate';
import { FormatError } from '../codec';
import { checkBytes } from './bytes';
import { readNpy } from './npy';
import type { NumberTensor } from './tensor';

/** More than a JavaScript array of bytes holds. */
const MOST_BYTES = 2 ** 32;

/** The CRC-32 of each file, by the archive's directory at its end (PKWARE's application note, section 4.3.12). */
function checksums(bytes: Uint8Array): Map<string, number> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<string, number>();
  for (let at = view.indexOf(ENTRY); at >= 0; at = view.indexOf(ENTRY, at + 46)) {
    if (at + 46 > view.length) break;
    const length = view.readUInt16LE(at + 28);
    found.set(view.toString('utf8', at + 46, at + 46 + length), view.readUInt32LE(at + 16));
  }
  return found;
}

const ENTRY = Buffer.from('PK\x01\x02', 'latin1');

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
    const names: string[] = [];
    files = unzipSync(bytes, {
      filter({ name, originalSize, size }) {
        if (names.includes(name)) throw new Error(`two files of one name, ${name}`);
        names.push(name);
        // Deflate makes at most 1032 bytes of one.
        if (originalSize > 1032 * size + 1024) throw new Error(`${name} of ${originalSize} bytes in ${size}`);
        if (originalSize > MOST_BYTES) throw new Error(`${name} of ${originalSize} bytes, which are more than ${MOST_BYTES}`);
        return name.endsWith('.npy');
      },
    });
    for (const [name, expected] of checksums(bytes)) {
      if (Object.hasOwn(files, name) && crc32(files[name]) !== expected) throw new Error(`${name} whose checksum is another: it is damaged`);
    }
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
